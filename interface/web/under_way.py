"""Verifications that are under way: one at a time for each run, whoever waits for it.

A long one goes on behind the answer, and its page says so. Not here: what is done
(``routes_verification``), and what it came to (``known``).
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, NamedTuple

from application.ports import StreamKey
from domain.errors import Eval752Error
from interface.api.logs import log_fault

PATIENCE: Final = 3.0
"""Seconds after which a page says that it goes on; most are done by then."""


class State(NamedTuple):
    """Of a run's verification: since when it is under way, "" for none; and what broke one off."""

    since: str = ""
    problem: Eval752Error | None = None


class UnderWay:
    """The verifications of one service; to be used on its event loop."""

    def __init__(self) -> None:
        self._since: dict[StreamKey, tuple[str, asyncio.Task[None]]] = {}
        self._problems: dict[StreamKey, Eval752Error] = {}

    def of(self, key: StreamKey) -> State:
        """How it stands."""
        since, _ = self._since.get(key, ("", None))
        return State(since, self._problems.get(key))

    async def run(self, key: StreamKey, work: Coroutine[Any, Any, None], since: str) -> None:
        """Do the work, unless the run's is under way, and wait for it as long as a page should.

        Raises:
            Eval752Error: what the work raised meanwhile; later, the page tells it.
        """
        if key in self._since:
            work.close()
        else:
            self._problems.pop(key, None)
            self._since[key] = since, asyncio.create_task(self._kept(key, work))
        _, task = self._since[key]
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        if key not in self._since and (problem := self._problems.pop(key, None)):
            raise problem

    async def _kept(self, key: StreamKey, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Eval752Error as problem:
            self._problems[key] = problem
        except Exception as fault:  # noqa: BLE001 - nobody waits for it who would tell
            log_fault(fault)
            remedy = "The service's log tells more."
            found = "a fault of the service"
            self._problems[key] = Eval752Error(key.stream, "a verification", found, remedy)
        finally:
            del self._since[key]
