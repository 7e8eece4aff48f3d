"""Bundles that are ready: who waits for one that is being written may be told to wait no more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from application.ports import StreamKey
from interface.api.exports import Exports, Question

KEY = StreamKey("archive-a", "run/1")
QUESTION = Question(KEY, (1,), frozenset(), deflated=False, seen=(0, 0))


class EnoughError(Exception):
    """Raised by who does not wait any more."""


def enough(_: int) -> None:
    raise EnoughError


def never(_: Path) -> Any:
    raise AssertionError("it was written all the same")


@contextmanager
def writing(exports: Exports) -> Iterator[None]:
    """While another one is written."""
    begun, goes_on = Event(), Event()

    def write(path: Path) -> Any:
        path.write_bytes(b"")
        begun.set()
        goes_on.wait()
        raise EnoughError

    def ask() -> None:
        with pytest.raises(EnoughError):
            exports.get(QUESTION, write)

    thread = Thread(target=ask)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        goes_on.set()
        thread.join()


@pytest.mark.parametrize(
    "wait",
    [
        lambda exports: exports.get(QUESTION, never, enough),
        lambda exports: exports.forget(KEY, enough),
    ],
    ids=["get", "forget"],
)
def test_who_waits_for_another_bundle_may_have_no_more_of_it(
    tmp_path: Path, wait: Callable[[Exports], object]
) -> None:
    exports = Exports(tmp_path / "exports", 1000)
    with writing(exports), pytest.raises(EnoughError):
        wait(exports)
    exports.forget(KEY, enough)  # nobody writes any more, so nobody is asked
