"""Processes that die: at a point of their own choosing, or when their parent kills them.

A point is the n-th time that something happens which a crash must not tear apart: a file is made,
moved, linked or removed, or the store commits. Not here: what must be there afterwards.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from application.ports import Append, Page
from infrastructure.event_store.store import SqliteEventStore

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.crash.works"])  # a child is then here at once

Work = Callable[..., object]
Die = Callable[[int], None]

_MAKING = {os.O_CREAT, getattr(os, "O_TMPFILE", os.O_CREAT)}
_CHANGES = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate"})


def die() -> None:
    """End this process as a power failure would."""
    os.kill(os.getpid(), signal.SIGKILL)


def at_change(number: int) -> None:
    """Die at the n-th change of a file's name, or the n-th opening of a file to be written."""
    left = number

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        flags = arguments[2] if event == "open" and isinstance(arguments[2], int) else 0
        if event in _CHANGES or any(flags & making == making for making in _MAKING):
            left -= 1
            if left == 0:
                die()

    sys.addaudithook(hook)


def before_commit(number: int) -> None:
    """Die right before the n-th commit of the store."""
    _wrap_commit(number, lambda commit, appends: die())


def within_commit(number: int) -> None:
    """Die within the transaction of the n-th commit, when its last page has been written."""
    _wrap_commit(number, lambda commit, appends: commit([*appends[:-1], _deadly(appends[-1])]))


def after_commit(number: int) -> None:
    """Die when the n-th commit is durable, and nobody has been told."""

    def last_words(commit: Callable[[Sequence[Append]], None], appends: Sequence[Append]) -> None:
        commit(appends)
        die()

    _wrap_commit(number, last_words)


def _deadly(append: Append) -> Append:
    def pages() -> Iterator[Page]:
        yield from append.pages
        die()

    return replace(append, pages=pages())


def _wrap_commit(number: int, last: Callable[..., object]) -> None:
    commit, left = SqliteEventStore.commit, number

    def counted(store: SqliteEventStore, appends: Sequence[Append]) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            last(lambda given: commit(store, given), appends)
        commit(store, appends)

    SqliteEventStore.commit = counted  # type: ignore[method-assign, assignment]


def start(work: Work, *arguments: object) -> tuple[BaseProcess, Connection]:
    """Start a process that does this work; what it sends can be read from the connection."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_run, args=(work, theirs, *arguments))
    process.start()
    theirs.close()
    return process, ours


def _run(work: Work, connection: Connection, *arguments: object) -> None:
    work(connection, *arguments)


def survives(fault: Die, number: int, work: Work, *arguments: object) -> bool:
    """Do the work in a process with this fault; whether it came to the end of it."""
    process = CONTEXT.Process(target=_doomed, args=(fault, number, work, *arguments))
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode == 0


def _doomed(fault: Die, number: int, work: Work, *arguments: object) -> None:
    fault(number)
    work(*arguments)


def deaths(fault: Die, work: Work, arguments: Callable[[int], Iterable[object]]) -> Iterator[int]:
    """Yield after each death, at the first point, the second, and so on until the work survives."""
    number = 1
    while not survives(fault, number, work, *arguments(number)):
        yield number
        number += 1
