"""What becomes of an exception: a message, an exit code, and with ``--json`` an object; one place.

Exit codes: 0 well, 1 findings, 2 the caller's or the disk's, 70 ours, 130 interrupted, 141 nobody
reads. Not here: findings, which are no exceptions.
"""

import os
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, Final

import typer

from domain.errors import Eval752Error, UnreadableFile
from interface.cli.screen import Screen
from interface.report_text import problem_document, to_json

REFUSED: Final = 2
OUR_BUG: Final = 70
INTERRUPTED: Final = 130
NOBODY_READS: Final = 141


@contextmanager
def reporting(*, as_json: bool, debug: bool) -> Generator[Screen]:
    """The screen of one command; whatever the command raises ends as ``typer.Exit``."""
    screen = Screen(as_json=as_json)
    code = REFUSED
    try:
        yield screen
        screen.flush()
        code = screen.exit_code
    except Eval752Error as problem:
        _tell(screen, problem)
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        screen.note("interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        code = NOBODY_READS
    except OSError as problem:
        _tell(screen, _of_the_system(problem))
    except Exception as bug:  # noqa: BLE001 - the one place where our bugs end
        _tell_bug(screen, bug, debug=debug)
        code = OUR_BUG
    if code:
        raise typer.Exit(code)


def told(problem: Eval752Error) -> dict[str, Any]:
    """The error in the form of ``--json``."""
    return {"error": problem_document("", problem)["error"]}


def _tell(screen: Screen, problem: Eval752Error) -> None:
    with suppress(OSError):
        if screen.as_json and not screen.began:
            screen.write(to_json(told(problem)) + "\n")
        screen.note(f"error: {problem}", "bad")
    _bring_out(screen)


def _of_the_system(problem: OSError) -> Eval752Error:
    place = str(problem.filename or "standard output")
    return UnreadableFile(place, "a file or folder to work with", problem.strerror or str(problem))


def _tell_bug(screen: Screen, bug: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(bug, file=sys.stderr)
    elif screen.as_json and not screen.began:
        error = {"kind": "Bug", "found": f"{type(bug).__name__}: {bug}"}
        screen.write(to_json({"error": error}) + "\n")
    hint = "" if debug else " --debug shows where."
    screen.note(f"error: this is a bug of eval752, {type(bug).__name__}: {bug}", "bad")
    screen.note(f"Please report it where you got eval752 from.{hint}")
    _bring_out(screen)


def _bring_out(screen: Screen) -> None:
    try:
        screen.flush()
    except OSError:
        _let_go_of_stdout()


def _let_go_of_stdout() -> None:
    """Nobody reads it any more: what still waits for it must not raise again at the exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
