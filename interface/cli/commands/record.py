"""``eval752 record``: lines of actions from a file or stdin into the archive.

Not here: which action goes to which stream (``application.session``).
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

from application.session import Session
from domain.errors import InvalidInput, UnreadableFile
from interface.cli.asset_folder import AssetFolder
from interface.cli.options import Where
from interface.cli.render_recorded import recorded_lines
from interface.cli.screen import Screen

MAX_LINE: Final = 64 * 2**20
"""Bytes: what no line of three parts exceeds, even if every character is an escape."""

_STDIN: Final = "-"


def record(screen: Screen, where: Where, source: str, assets: str | None, *, seal: bool) -> None:
    """Record all lines; those of earlier windows stay where a later one is refused."""
    folder = None if assets is None else AssetFolder(Path(assets))
    with _opened(source) as (file, name, size), where.archive(writable=True, make=True) as archive:
        session = archive.session(folder)
        try:
            with screen.progress(name, size) as advance:
                for number, line in enumerate(_lines(file, name), 1):
                    session.take(line, f"{name}, line {number}")
                    advance(len(line))
                session.flush()
            if seal:
                session.seal()
        except BaseException as problem:
            problem.add_note(_kept(session, certain=isinstance(problem, Exception)))
            raise
    tallies = [*session.tallies.values()]
    screen.show(recorded_lines(tallies), lambda: [asdict(tally) for tally in tallies])


@contextmanager
def _opened(source: str) -> Generator[tuple[BinaryIO, str, int | None]]:
    """The bytes, what they are called, and how many there are, if that is known."""
    if source == _STDIN:
        if sys.stdin.isatty():
            sys.stderr.write("Reading actions from the terminal; end with Ctrl-D.\n")
        yield sys.stdin.buffer, "stdin", None
        return
    path = Path(source)
    try:
        file = path.open("rb")
        size = path.stat().st_size if path.is_file() else None
    except OSError as problem:
        found = problem.strerror or str(problem)
        raise UnreadableFile(source, "a file of actions", found) from problem
    with file:
        yield file, source, size


def _lines(file: BinaryIO, name: str) -> Iterator[bytes]:
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            place, expected = f"{name}, line {number}", f"a line of at most {MAX_LINE} bytes"
            raise InvalidInput(place, expected, "a longer one", "Put what is large into assets.")
        yield line


def _kept(session: Session, *, certain: bool) -> str:
    """What stays; an interruption may have come between a commit and its count."""
    kept = [tally for tally in session.tallies.values() if tally.recorded]
    if kept:
        lines = "; ".join(line.text for line in recorded_lines(kept))
        return f"Recorded before, and kept{'' if certain else ', at least'}: {lines}"
    return "Nothing was recorded." if certain else "Perhaps nothing was recorded."
