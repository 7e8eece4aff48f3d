"""What becomes of an exception: a message, an exit code, and with ``--json`` an object; one place.

Exit codes: 0 well, 1 findings, 2 the caller's or the disk's, 70 ours, 130 interrupted, 141 nobody
reads. Not here: findings, which are no exceptions.
"""

import errno
import os
import sys
import traceback
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import typer

from domain.errors import Eval752Error, InvalidInput, StorageFull, UnreadableFile
from interface.cli.screen import Screen
from interface.report_text import problem_document, to_json

REFUSED: Final = 2
OUR_BUG: Final = 70
INTERRUPTED: Final = 130
NOBODY_READS: Final = 141

_BAD_USAGE: Final[Any] = typer.BadParameter.__base__
"""What Typer raises for every kind of bad usage, which has no public name of its own."""

_CODES: Final = (
    (Eval752Error, REFUSED),
    (OSError, REFUSED),
    (KeyboardInterrupt, INTERRUPTED),
    (Exception, OUR_BUG),
)


@contextmanager
def reporting(*, as_json: bool, debug: bool) -> Generator[Screen]:
    """The screen of one command; whatever the command raises ends as ``typer.Exit``."""
    screen = Screen(as_json=as_json)
    try:
        yield screen
        screen.flush()
        code = screen.exit_code
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:
        _let_go_of_stdout()
        code = NOBODY_READS
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - the one place where they end
        if debug:
            traceback.print_exception(fault, file=sys.stderr)
        code = _told(screen, fault)
    if code:
        raise typer.Exit(code)


@contextmanager
def telling_usage(*, as_json: bool) -> Generator[None]:
    """Bad usage as an object, with ``--json``; Typer tells it on stderr, and exits."""
    try:
        yield
    except _BAD_USAGE as problem:
        if as_json:
            expected, found = "a command as its --help has it", problem.format_message()
            fault = InvalidInput("the command line", expected, found)
            typer.echo(to_json(error_document(fault)))
        raise


def error_document(fault: BaseException) -> dict[str, Any]:
    """The error in the form of ``--json``."""
    if isinstance(fault, Eval752Error):
        error: Any = problem_document("", fault)["error"]
    else:
        error = {"kind": type(fault).__name__, "found": str(fault)}
    notes = _notes(fault)
    return {"error": {**error, "notes": notes} if notes else error}


def _told(screen: Screen, fault: BaseException) -> int:
    """Say what happened, and return the exit code."""
    code = next(code for kind, code in _CODES if isinstance(fault, kind))
    if isinstance(fault, OSError):
        fault = _of_the_system(fault)
    with suppress(OSError):
        if screen.as_json and not screen.began:
            screen.write(to_json(error_document(fault)) + "\n")
        for line in _lines(fault, code):
            screen.note(line, "bad")
    try:
        screen.flush()
    except OSError:
        _let_go_of_stdout()
    return code


def _lines(fault: BaseException, code: int) -> Iterator[str]:
    if code == INTERRUPTED:
        yield "interrupted"
    elif code == OUR_BUG:
        yield f"error: this is a bug of eval752, {type(fault).__name__}: {fault}"
        yield "Please report it where you got eval752 from; --debug shows where it is."
    else:
        yield f"error: {fault}"
    yield from _notes(fault)


def _notes(fault: BaseException) -> list[str]:
    """What was added on the way up (PEP 678): what is kept, for one."""
    return getattr(fault, "__notes__", [])


_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _of_the_system(problem: OSError) -> Eval752Error:
    place = str(problem.filename or "standard output")
    found = problem.strerror or str(problem)
    told: Eval752Error = UnreadableFile(place, "what the command can work with", found)
    if problem.errno in _FULL:
        place = str(problem.filename or "the disk, or standard output")
        told = StorageFull(place, "room to write", found, "Make room, and do it again.")
    for note in _notes(problem):
        told.add_note(note)
    return told


def _let_go_of_stdout() -> None:
    """Nobody reads it any more: what still waits for it must not raise again at the exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
