"""Connections to the one database file: one that writes, and others that only read.

The library's pool has one queue for readers and writers, loses its writer's lock when it cannot
connect, closes connections while they are used, begins transactions deferred and keeps one
statement. Here a writer never keeps a reader waiting, and no transaction fails halfway for a lock.
Not here: what is read and written, and the lock against other processes.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock, get_ident
from types import TracebackType

from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from domain.errors import Refused

BUSY_SECONDS = 10
READERS_KEPT = 8

_EACH = ("PRAGMA temp_store = MEMORY", "PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON")
_READER = (*_EACH, "PRAGMA query_only = ON")
_WRITER = (
    *_EACH,
    "PRAGMA auto_vacuum = NONE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16384",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
)


class _Transaction(SQLiteTransaction):
    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            self.connection.rollback()  # a commit that failed leaves its transaction open


class _Connection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        with _Transaction(self, commit=commit) as cursor, cursor:
            yield cursor


class _Readers(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        return _connect(self.db_name, _READER)

    def close(self) -> None:
        """Close all connections, each once its reader is done."""
        with self._put_condition:
            self._put_condition.wait_for(lambda: not self._in_use, BUSY_SECONDS)
            self._in_use.clear()  # to close one that is in use crashes the interpreter
        super().close()


class Datastore(SQLiteDatastore):
    """The library's datastore: a pool to read, and one connection to write, made at first use."""

    def __init__(self, file: Path, *, writable: bool) -> None:
        self._uri, self._writable = file.absolute().as_uri(), writable
        self._writing = RLock()  # who writes while writing fails, and does not wait for ever
        self._writer: SQLiteConnection | None = None
        self._whole = 0
        """The thread that makes a whole of what it writes."""
        readers = f"{self._uri}?mode=ro"
        super().__init__(readers, originator_id_type="text")
        self.pool = _Readers(db_name=readers, pool_size=READERS_KEPT, max_overflow=1000)

    @contextmanager
    def get_connection(self, *, commit: bool) -> Generator[SQLiteConnection]:
        """Lend a connection that reads, or the one that writes, to one thread at a time.

        Raises:
            Refused: to write a store that was opened for reading.
        """
        if not commit:
            with super().get_connection(commit=False) as reader:
                yield reader
            return
        with self._writing:
            if not self._writable:
                found = "one that is closed or opened for reading"
                raise Refused(self._uri, "a store opened for writing", found)
            self._writer = self._writer or _connect(f"{self._uri}?mode=rwc", _WRITER)
            yield self._writer

    @contextmanager
    def whole(self) -> Generator[None]:
        """Make one transaction of all that this thread reads and writes within."""
        with self.get_connection(commit=True) as writer, writer.transaction(commit=True):
            self._whole = get_ident()
            try:
                yield
            finally:
                self._whole = 0

    @property
    def is_whole(self) -> bool:
        """Whether this thread makes a whole, and so sees what may be undone."""
        return self._whole == get_ident()

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        """Lend a cursor in a transaction of its own, or in a part of this thread's whole."""
        if self.is_whole:
            with self.get_connection(commit=True) as writer, _part(writer.cursor()) as cursor:
                yield cursor
        else:
            with super().transaction(commit=commit) as cursor:
                yield cursor

    def close(self) -> None:
        """Close all connections, the writer last: it then takes the write-ahead log in."""
        super().close()
        with self._writing:
            self._writable = False
            if self._writer is not None:
                self._writer.close()


@contextmanager
def _part(cursor: SQLiteCursor) -> Generator[SQLiteCursor]:
    """What fails is undone by itself; the transaction around it may go on."""
    with cursor:
        cursor.execute("SAVEPOINT part")
        try:
            yield cursor
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite has undone the whole already
                cursor.execute("ROLLBACK TO part")
            raise
        cursor.execute("RELEASE part")


def _connect(uri: str, pragmas: Sequence[str]) -> SQLiteConnection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        cached_statements=128,
        timeout=BUSY_SECONDS,
    )
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return _Connection(connection, max_age=None)
