"""The heads that were signed, in a small database of their own.

Apart from the events on purpose: whoever puts back an older database of events must not put back
an older head with it. A head is there durably before its signature leaves. Not here: what it is
that is signed.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from application.log_ports import Head
from domain.errors import ArchiveDamaged, Conflict, Eval752Error, Refused, StorageFull
from infrastructure.files import make_folder, writing

FILE: Final = "heads.sqlite3"

_BUSY_SECONDS: Final = 10
_FULL: Final = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE")
_UNREADY: Final = (
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM"),
    *("SQLITE_BUSY", "SQLITE_LOCKED"),
)
_TABLE: Final = """CREATE TABLE IF NOT EXISTS heads (
    size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL)"""


class FileHeads:
    """See :class:`application.log_ports.Heads`; the file is opened for each question.

    It is asked about once for each checkpoint or proof, so nothing has to stay open.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def last(self) -> Head | None:
        """The one of the greatest size."""
        return self._one("SELECT size, root, note FROM heads ORDER BY size DESC LIMIT 1")

    def covering(self, size: int) -> Head | None:
        """The smallest that covers so many leaves: sizes only grow, so it was the first."""
        return self._one(
            "SELECT size, root, note FROM heads WHERE size >= ? ORDER BY size LIMIT 1", size
        )

    def add(self, head: Head, after: int) -> None:
        """Keep one durably, if the last one is still that of the size ``after``."""
        with writing(self._path):
            make_folder(self._path.parent)
        with self._opened("rwc") as database:
            database.execute("PRAGMA synchronous = EXTRA")  # the file's name is durable as well
            database.execute(_TABLE)
            database.execute("BEGIN IMMEDIATE")
            [last] = database.execute("SELECT coalesce(max(size), 0) FROM heads").fetchone()
            if last != after or head.size <= last:
                raise Conflict(str(self._path), f"{after} as the last size signed", str(last))
            database.execute("INSERT INTO heads VALUES (?, ?, ?)", head)
            database.execute("COMMIT")

    def _one(self, statement: str, *values: object) -> Head | None:
        if not self._path.exists():
            return None
        with self._opened("rw") as database:  # what a crash left half-written is then undone
            made = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'heads'").fetchone()
            row = database.execute(statement, values).fetchone() if made else None
        match row:
            case None:
                return None
            case (int(size), bytes(root), bytes(note)):
                return Head(size, root, note)
            case _:
                raise self._damaged("a row of other types")

    @contextmanager
    def _opened(self, mode: str) -> Generator[sqlite3.Connection]:
        uri = f"{self._path.absolute().as_uri()}?mode={mode}"
        try:
            with closing(
                sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
            ) as database:
                yield database
        except sqlite3.Error as problem:
            raise self._in_our_words(problem) from problem

    def _in_our_words(self, problem: sqlite3.Error) -> Eval752Error:
        name, place = getattr(problem, "sqlite_errorname", ""), str(self._path)
        if name.startswith(_FULL):
            remedy = "Make room on the disk and do it again: nothing was signed."
            return StorageFull(place, "room for a head", str(problem), remedy)
        if name.startswith(_UNREADY):
            remedy = "Check who else has the file open, and the permissions of its folder."
            return Refused(place, "a file that this process may open", str(problem), remedy)
        return self._damaged(str(problem))

    def _damaged(self, found: str) -> ArchiveDamaged:
        remedy = "Restore this file from the newest backup; it tells what was signed last."
        return ArchiveDamaged(str(self._path), "the heads that were signed", found, remedy)
