"""The keeper signs what was committed, some time later, and tells what went wrong."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

from application.log import Log
from application.log_keeping import LogKeeper
from domain.errors import LogDiverged
from tests.logged import Logged


class Watched:
    """A log that says when its head was signed; until it may, it fails."""

    def __init__(self, logged: Logged, fault: Exception | None = None) -> None:
        self._log, self.fault = logged.log(), fault
        self.signed = Event()

    def checkpoint(self) -> object:
        if self.fault:
            raise self.fault
        head = self._log.checkpoint()
        self.signed.set()
        return head

    def wait(self) -> None:
        assert self.signed.wait(60)
        self.signed.clear()

    def kept(self, told: Callable[[Exception], None]) -> LogKeeper:
        return LogKeeper(cast("Log", self), 0.001, told)


@pytest.fixture
def logged(tmp_path: Path) -> Logged:
    logged = Logged(tmp_path)
    logged.append(3)
    return logged


def unheard(fault: Exception) -> None:
    raise AssertionError from fault


def test_what_was_there_is_signed_and_then_what_was_committed(logged: Logged) -> None:
    watched = Watched(logged)
    keeper = watched.kept(unheard)
    watched.wait()
    for size in (4, 5):
        logged.append(1)
        keeper.notice()
        watched.wait()
        head = logged.log().head()
        assert head
        assert head.size == size
    keeper.close()


def test_a_fault_is_told_and_tried_again(logged: Logged) -> None:
    told: list[Any] = []
    failed = Event()

    def tell(fault: Exception) -> None:
        told.append(fault)
        failed.set()

    watched = Watched(logged, LogDiverged("log", "one", "another"))
    keeper = watched.kept(tell)
    assert failed.wait(60)
    assert keeper.fault is told[0]
    watched.fault = None
    keeper.notice()
    watched.wait()
    keeper.close()
    assert keeper.fault is None
    assert len(told) == 1
