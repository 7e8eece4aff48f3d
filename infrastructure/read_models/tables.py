"""Statements on the tables of one generation, within one transaction. Not here: the transaction."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from application.ports import StreamKey
from application.read_model import MOST_ROWS
from domain.errors import NotFound
from infrastructure.read_models.schema import CREATE

MILESTONES: Final = """SELECT version, type, at, occurred FROM milestones$ WHERE stream = ?
    ORDER BY version"""


class Tables(NamedTuple):
    """In statements, ``$`` stands for the generation."""

    connection: sqlite3.Connection
    generation: int

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Execute one statement; the ``?`` in it stand for the values."""
        return self.connection.execute(self._of(statement), values)

    def named(self, statement: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        """Execute one statement in which values go by name."""
        return self.connection.execute(self._of(statement), values)

    def each(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Execute a statement for each of these rows."""
        self.connection.executemany(self._of(statement), rows)

    def one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a query."""
        row: tuple[Any, ...] | None = self.execute(statement, *values).fetchone()
        return row

    def create(self) -> None:
        """Make the tables."""
        for statement in CREATE:
            self.execute(statement)

    def _of(self, statement: str) -> str:
        return statement.replace("$", f"_{self.generation}")


def find_stream(tables: Tables, key: StreamKey) -> tuple[int, int] | None:
    """The number and the version of a stream."""
    statement = "SELECT number, version FROM streams$ WHERE stream = ? AND origin = ?"
    row = tables.one(statement, key.stream, key.origin)
    return (row[0], row[1]) if row else None


def need_stream(tables: Tables, key: StreamKey) -> tuple[int, int]:
    """The number and the version of a stream that must be here.

    Raises:
        NotFound: when it is not.
    """
    found = find_stream(tables, key)
    if found is None or not found[1]:
        raise NotFound(f"{key.stream} of {key.origin}", "a stream of this archive", "none")
    return found


def dataset_of(tables: Tables, run: int, key: StreamKey) -> int:
    """The number of the dataset that a run is on.

    Raises:
        NotFound: when it is no run.
    """
    row = tables.one("SELECT dataset FROM runs$ WHERE run = ?", run)
    if row is None:
        raise NotFound(key.stream, "a run", "another stream")
    return int(row[0])


def number_of(tables: Tables, key: StreamKey) -> tuple[int, int]:
    """The number and the version of a stream, which gets a number if it has none."""
    found = find_stream(tables, key)
    if found:
        return found
    statement = "INSERT INTO streams$ (origin, stream, version) VALUES (?, ?, 0)"
    number = tables.execute(statement, *key).lastrowid
    assert number is not None
    return number, 0


def bounded(limit: int) -> int:
    """How many rows to bring back where so many are asked for."""
    return min(max(limit, 0), MOST_ROWS)
