"""Taking parts away, and putting fuller ones in the place of withheld ones.

A block is overwritten in place, filled up with zeros: a record of the same length stays where it
is (``sqlite3BtreeInsert`` in SQLite's btree.c), while one that shrinks or grows makes SQLite move
its neighbours, whose copies then stay in the slack of its pages. A block that grows goes to the
end of the table, and zeros take its old place. Not here: the write-ahead log, which the store
empties after the commit, and assets' own bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from eventsourcing.sqlite import SQLiteCursor

from application.ports import Page, PartKey, StreamKey
from domain.errors import RESTORE, Conflict, EvidenceDamaged
from infrastructure.event_store.blocks import placed, unpack_lines
from infrastructure.event_store.pages import join, originator_id, versions_of
from infrastructure.event_store.rows import fetch, fetch_one
from infrastructure.event_store.writing import Block, add_block, to_block

_KEPT = """SELECT position, last - lines + 1, last, block, size, withheld, stored_events.state,
        coalesce(data, x'')
    FROM pages JOIN stored_events ON stored_events.rowid = position
    LEFT JOIN blocks ON blocks.number = block
    WHERE stream = ? AND last >= ? ORDER BY last LIMIT 1"""


class _Kept(NamedTuple):
    position: int
    first: int
    last: int
    block: int
    size: int
    withheld: str
    state: bytes
    data: bytes


def erase(cursor: SQLiteCursor, number: int, key: StreamKey, parts: Sequence[PartKey]) -> None:
    """Delete these parts of a stream, with what was derived from them, for good.

    Raises:
        EvidenceDamaged: when it cannot be told which they are.
    """
    gone = frozenset(parts)
    for page in _pages(cursor, number, sorted({part.version for part in gone})):
        _erase_lines(cursor, number, key, page, gone)
    rows = [(number, *part) for part in gone]
    cursor.executemany("INSERT OR IGNORE INTO erased VALUES (?,?,?)", rows)
    cursor.executemany(
        "DELETE FROM asset_references WHERE stream = ? AND version = ? AND kind = ?", rows
    )
    cursor.executemany(
        "UPDATE items SET outside = NULL WHERE stream = ? AND version = ? AND ? = 'item'", rows
    )


def disclose(cursor: SQLiteCursor, number: int, key: StreamKey, pages: Iterable[Page]) -> None:
    """Put the parts of these pages in the place of those that are here, but for erased ones.

    Raises:
        Conflict: when a page is not here with these lines.
    """
    for page in pages:
        kept = _page(cursor, number, page.first)
        place = f"{key.stream} of {key.origin}, version {page.first}"
        if kept is None or kept.first != page.first or kept.state != join(page.lines):
            raise Conflict(place, "the lines of the page that is here", "others")
        found = placed(key.stream, page.parts, page.lines, page.first)
        if len(found) != len(page.parts):
            raise Conflict(place, "the parts that its lines name", "others")
        erased = _erased(cursor, number, kept.first, kept.last)
        lines = [line for part, line in found.items() if part not in erased]
        _replace(cursor, kept, to_block(lines), " ".join(sorted(page.withheld)))


def _erased(cursor: SQLiteCursor, number: int, first: int, last: int) -> set[PartKey]:
    statement = "SELECT version, kind FROM erased WHERE stream = ? AND version BETWEEN ? AND ?"
    return {PartKey(*row) for row in fetch(cursor, (int, str), statement, (number, first, last))}


def _pages(cursor: SQLiteCursor, number: int, versions: Sequence[int]) -> Iterator[_Kept]:
    last = 0
    for version in versions:
        if version > last:
            page = _page(cursor, number, version)
            if page is None:
                raise ValueError(f"version {version} to erase is not there")
            last = page.last
            yield page


def _page(cursor: SQLiteCursor, number: int, version: int) -> _Kept | None:
    types = (int, int, int, int, int, str, bytes, bytes)
    row = fetch_one(cursor, types, _KEPT, (number, version))
    return _Kept(*row) if row else None


def _erase_lines(
    cursor: SQLiteCursor, number: int, key: StreamKey, page: _Kept, gone: frozenset[PartKey]
) -> None:
    place = f"{versions_of(originator_id(key), page.last, page.last - page.first + 1)}, parts"
    lines = unpack_lines(place, page.data, page.size)
    before = _erased(cursor, number, page.first, page.last)
    found = placed(key.stream, lines, page.state.split(b"\n"), page.first, before)
    if len(found) != len(lines):
        raise EvidenceDamaged(place, "parts that the envelopes name", "others", RESTORE)
    rest = [line for part, line in found.items() if part not in gone]
    if len(rest) < len(lines):
        _replace(cursor, page, to_block(rest), page.withheld)


def _replace(cursor: SQLiteCursor, page: _Kept, block: Block, withheld: str) -> None:
    number = page.block
    if number and len(block.data) <= len(page.data):
        _overwrite(cursor, number, block.data.ljust(len(page.data), b"\0"))
    else:
        _overwrite(cursor, number, bytes(len(page.data)))
        number = add_block(cursor, block)
    cursor.execute(
        "UPDATE pages SET block = ?, size = ?, withheld = ? WHERE position = ?",
        (number, block.size, withheld, page.position),
    )


def _overwrite(cursor: SQLiteCursor, number: int, data: bytes) -> None:
    cursor.execute("UPDATE blocks SET data = ? WHERE number = ?", (data, number))
