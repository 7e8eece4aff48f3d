"""Generations: sets of tables, of which one is read, and their positions in the store.

Not here: what is written into the tables (``writing``).
"""

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager

from application.ports import StreamKey
from application.read_model import StreamRows
from domain.errors import ArchiveDamaged, Conflict
from infrastructure.read_models.database import REMEDY, Database
from infrastructure.read_models.schema import GENERATIONS, SCHEMA, TABLES
from infrastructure.read_models.tables import Tables, find_stream, need_stream
from infrastructure.read_models.writing import write

_DELETED = "PRAGMA user_version = 1"
_COMPACT = "PRAGMA user_version = 0"


class SqliteGeneration:
    """One set of tables."""

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self.number = number

    @property
    def position(self) -> int:
        """The position of the last page that was taken in; 0 for none."""
        with self._database.reading() as connection:
            return _position(connection, self.number)

    def write(self, after: int, position: int, streams: Sequence[StreamRows]) -> None:
        """Take in the rows of the pages beyond ``after``, up to ``position``."""
        with self._writing() as tables:
            found = _position(tables.connection, self.number)
            if found != after:
                raise Conflict("read model", f"position {after}", f"position {found}")
            self._take(tables, streams)
            statement = "UPDATE generations SET position = ? WHERE generation = ?"
            tables.execute(statement, position, self.number)

    def replace(self, key: StreamKey, streams: Iterable[StreamRows]) -> None:
        """Write the rows of one stream anew."""
        with self._writing() as tables:
            number, version = need_stream(tables, key)
            for table, column in TABLES.items():
                if table != "streams":
                    tables.execute(f"DELETE FROM {table}$ WHERE {column} = ?", number)  # noqa: S608 - our own names
            tables.execute("UPDATE streams$ SET version = 0 WHERE number = ?", number)
            self._take(tables, streams)
            found = find_stream(tables, key)
            if found != (number, version):
                place = f"{key.stream} of {key.origin}"
                raise ArchiveDamaged(place, f"version {version}", f"{found}", REMEDY)

    @contextmanager
    def _writing(self) -> Generator[Tables]:
        with self._database.writing() as connection:
            yield Tables(connection, self.number)

    def _take(self, tables: Tables, streams: Iterable[StreamRows]) -> None:
        deleted = [write(tables, rows) for rows in streams]
        if any(deleted):
            tables.execute(_DELETED)


def current(connection: sqlite3.Connection) -> int | None:
    """The generation that is read, if this version understands it."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'generations'").fetchone():
        return None
    statement = "SELECT generation FROM generations WHERE current AND schema = ?"
    row = connection.execute(statement, (SCHEMA,)).fetchone()
    return row[0] if row else None


def begin(database: Database) -> int:
    """Make a new set of tables and return its number; sets that are not current are removed."""
    with database.writing() as connection:
        connection.execute(GENERATIONS)
        remove_others(connection)
        statement = "INSERT INTO generations (schema, position, current) VALUES (?, 0, 0)"
        number = connection.execute(statement, (SCHEMA,)).lastrowid
        assert number is not None
        Tables(connection, number).create()
    return number


def publish(database: Database, number: int) -> None:
    """Let this set be read instead of the current one."""
    with database.writing() as connection:
        _position(connection, number)
        connection.execute("UPDATE generations SET current = generation = ?", (number,))
    with database.writing() as connection:
        remove_others(connection)


def tidy(database: Database) -> None:
    """Remove from the files what was deleted in them; if a reader hinders it, the next time."""
    with database.reading() as connection:
        (deleted,) = connection.execute("PRAGMA user_version").fetchone()
    if deleted and database.compact():
        with database.writing() as connection:
            connection.execute(_COMPACT)


def remove_others(connection: sqlite3.Connection) -> None:
    """Remove the sets that are not current."""
    others = connection.execute("SELECT generation FROM generations WHERE NOT current").fetchall()
    for (number,) in others:
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?"
        for (name,) in connection.execute(names, (f"*[a-z]_{number}",)).fetchall():
            connection.execute(f"DROP TABLE {name}")
        connection.execute("DELETE FROM generations WHERE generation = ?", (number,))
        connection.execute(_DELETED)


def _position(connection: sqlite3.Connection, number: int) -> int:
    statement = "SELECT position FROM generations WHERE generation = ?"
    row = connection.execute(statement, (number,)).fetchone()
    if row is None:
        remedy = "Another rebuild removed it: let only one run at a time."
        raise Conflict("read model", f"generation {number}", "none", remedy)
    return int(row[0])
