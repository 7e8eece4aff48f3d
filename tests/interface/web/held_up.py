"""Reports, comparisons and verifications that take as long as a test wants; no assertions."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from interface.web import routes_compare, routes_report, routes_verification
from interface.web.under_way import Stopped


class Gate:
    """Holds up what was made, until it is opened, and counts how often that was."""

    def __init__(self) -> None:
        self.opened, self.ended = Event(), Event()
        self.made = 0
        self.faults: list[Exception] = []

    def behind(self, make: Callable[..., Any], *read: int) -> Callable[..., Any]:
        """The same, held up; its last argument is what is called to know whether to go on."""

        def held(*arguments: Any) -> Any:
            made = make(*arguments)
            self.made += 1
            try:
                while not self.opened.wait(0.01):
                    arguments[-1](*read)
            except Stopped:
                self.ended.set()
                raise
            if self.faults:
                raise self.faults.pop()
            return made

        return held


def held_up(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """What holds them up."""
    gate = Gate()
    for module, name, *read in (
        (routes_report, "evidence_report"),
        (routes_compare, "comparison", 1),
        (routes_verification, "_examined"),
    ):
        monkeypatch.setattr(module, name, gate.behind(getattr(module, name), *read))
    return gate
