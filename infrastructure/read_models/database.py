"""The database file: a connection that writes, one for each thread that reads, errors in our words.

Losing the last transactions at a power failure is no loss here, since they are projected again:
``synchronous`` is NORMAL. Not here: what is in the file.
"""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from domain.errors import ArchiveDamaged, Eval752Error, Refused, StorageFull

REMEDY: Final = 'Run "eval752 rebuild".'
_BUSY_MS: Final = 30_000
_PATIENCE_MS: Final = 200
"""With those who hinder what can be done another time."""
_PRAGMAS: Final = (
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA cache_size = -32768",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 8000",  # pages that change in each transaction are written once
)
_FULL: Final = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE")
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_UNREADY: Final = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")


class Database:
    """The read models' file; opened, and made, when it is first used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._mine = threading.local()
        self._readers: list[sqlite3.Connection] = []

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """One moment of the file, which no writer changes meanwhile."""
        with self._told():
            connection = self._reader()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """A transaction, committed when the block ends, or rolled back."""
        with self._lock, self._told():
            connection = self._open_writer()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.rollback()

    def compact(self) -> bool:
        """Write the file anew, without what was deleted in it; say whether it could be done.

        A reader in another process can hinder it.
        """
        with self._lock, self._told():
            connection = self._open_writer()
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            try:
                connection.execute("VACUUM")
                (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                if _primary(error) not in _BUSY:
                    raise
                return False
            finally:
                connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        return not busy

    def check(self) -> None:
        """Look for damage.

        Raises:
            ArchiveDamaged: when there is some.
        """
        with self.reading() as connection:
            (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if told != "ok":
            raise ArchiveDamaged(str(self.path), "a sound database", str(told), REMEDY)

    def discard(self) -> None:
        """Delete the file."""
        with self._lock:
            self.close()
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close all connections, the writer last: it then empties the write-ahead log."""
        with self._lock:
            connections = [*self._readers, *([self._writer] if self._writer else ())]
            self._readers, self._writer, self._mine = [], None, threading.local()
            for connection in connections:
                connection.close()

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            with self._lock:
                self._readers.append(connection)
                self._mine.connection = connection
        return connection

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if not _primary(error):
                raise  # misused by us
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: sqlite3.Error) -> Eval752Error:
        primary = _primary(error)
        place, found = str(self.path), f"{error} ({primary})"
        if primary in _FULL:
            return StorageFull(place, "room on the disk", found, "Make room, and do it again.")
        if primary in _BUSY:
            remedy = "Close the program that has it open, and do it again."
            return Refused(place, "a database that no other program has locked", found, remedy)
        if primary in _UNREADY:
            return Refused(place, "a file that this process may open", found, "Check permissions.")
        return ArchiveDamaged(place, "sound tables", found, REMEDY)


def _primary(error: sqlite3.Error) -> str:
    name: str = getattr(error, "sqlite_errorname", "")
    return name if name in _FULL else "_".join(name.split("_")[:2])
