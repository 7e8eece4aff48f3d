"""The database file: a connection that writes, others that are lent to read, errors in our words.

Losing the last transactions at a power failure is no loss here, since they are projected again:
``synchronous`` is NORMAL. Not here: what is in the file.
"""

import sqlite3
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Final

from domain.errors import ArchiveDamaged, Eval752Error, Refused, StorageFull
from infrastructure.sqlite_faults import Fault, code_of, fault_of

REMEDY: Final = 'Run "eval752 rebuild".'
READERS_KEPT: Final = 8
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


class Database:
    """The read models' file; opened, and made, when it is first used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()  # of the writer: who reads never waits for it
        self._writer: sqlite3.Connection | None = None
        self._idle = deque[sqlite3.Connection]()

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """One moment of the file, which no writer changes meanwhile."""
        with self._told(), self._lent() as connection:
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
                if fault_of(error) is not Fault.BUSY:
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
        """Close all connections; one that is being read with, once its reader is done.

        The last one to be closed empties the write-ahead log.
        """
        with self._lock:
            idle, self._idle = self._idle, deque[sqlite3.Connection]()
            _close_all(idle)
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    @contextmanager
    def _lent(self) -> Generator[sqlite3.Connection]:
        """The connection that was given back last, as its cache is warm, or else a new one."""
        idle = self._idle
        try:
            connection = idle.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        try:
            yield connection
        finally:
            if len(idle) < READERS_KEPT:
                idle.append(connection)
            else:
                connection.close()
            if idle is not self._idle:  # closed meanwhile: nobody else empties it any more
                _close_all(idle)

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
            if not code_of(error):
                raise  # misused by us
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: sqlite3.Error) -> Eval752Error:
        place, found = str(self.path), f"{error} ({code_of(error)})"
        match fault_of(error):
            case Fault.FULL:
                remedy = "Make room, and do it again."
                return StorageFull(place, "room on the disk", found, remedy)
            case Fault.BUSY:
                remedy = "Close the program that has it open, and do it again."
                return Refused(place, "a database that no other program has locked", found, remedy)
            case Fault.UNREADY:
                expected = "a file that this process may open"
                return Refused(place, expected, found, "Check permissions.")
            case None:
                return ArchiveDamaged(place, "sound tables", found, REMEDY)


def _close_all(idle: deque[sqlite3.Connection]) -> None:
    with suppress(IndexError):  # another thread may do the same
        while True:
            idle.pop().close()
