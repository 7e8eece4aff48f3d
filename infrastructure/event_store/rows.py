"""Rows of the database, their types checked: SQLite vouches for neither types nor bits.

Not here: statements.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from eventsourcing.sqlite import SQLiteCursor

from domain.errors import ArchiveDamaged

Row = tuple[Any, ...]
"""What :func:`fetch` was told to expect; the types were checked there."""

_AT_ONCE = 500


def fetch(
    cursor: SQLiteCursor, types: Sequence[type], statement: str, values: Sequence[object] = ()
) -> list[Row]:
    """Return all rows of a query, which has to be a bounded one.

    Raises:
        ArchiveDamaged: when a column is not of its type.
    """
    cursor.execute(statement, values)
    rows = [tuple(row) for row in cursor.fetchall()]
    for row in rows:
        if not all(map(isinstance, row, types)):
            found = ", ".join(type(value).__name__ for value in row)
            raise ArchiveDamaged("database", ", ".join(kind.__name__ for kind in types), found)
    return rows


def fetch_one(
    cursor: SQLiteCursor, types: Sequence[type], statement: str, values: Sequence[object] = ()
) -> Row | None:
    """Return the first row of a query, or None."""
    return next(iter(fetch(cursor, types, statement, values)), None)


def fetch_in(
    cursor: SQLiteCursor,
    types: Sequence[type],
    statement: str,
    values: Sequence[object],
    wanted: Iterable[object],
) -> Iterator[Row]:
    """Yield the rows of a query that ends in ``IN``, for any number of wanted values."""
    rest = list(wanted)
    for start in range(0, len(rest), _AT_ONCE):
        some = rest[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        yield from fetch(cursor, types, f"{statement} ({marks})", [*values, *some])
