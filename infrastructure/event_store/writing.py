"""What an append writes beside the stored events, in their transaction.

Not here: what it takes away (``erasure``).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from eventsourcing.sqlite import SQLiteCursor

from application.ports import Append, ItemKey, Page, PartKey, StreamKey
from domain.errors import ArchiveDamaged, Conflict
from infrastructure.event_store.blocks import pack
from infrastructure.event_store.pages import join, originator_id, stream_key
from infrastructure.event_store.rows import Row, fetch_one

PartOrigin = tuple[str, PartKey]


class Head(NamedTuple):
    """The end of a stream; ``pages`` is the ordinal of the next page."""

    number: int
    version: int
    pages: int


class Block(NamedTuple):
    """The parts of a page, packed; ``size`` is that before packing."""

    size: int
    data: bytes


def to_block(parts: Sequence[bytes]) -> Block:
    """Pack part lines."""
    joined = join(parts)
    return Block(len(joined), pack(joined))


def find_head(cursor: SQLiteCursor, key: StreamKey) -> Head | None:
    """Return the end of a stream, or None when there is no such stream."""
    statement = "SELECT number, version, pages FROM streams WHERE originator_id = ?"
    row = fetch_one(cursor, (int, int, int), statement, (originator_id(key),))
    return Head(*row) if row else None


def head_for(cursor: SQLiteCursor, append: Append) -> Head:
    """Return the end of the append's stream, which is made if it is new.

    Raises:
        Conflict: when it is not at ``after``.
    """
    head = find_head(cursor, append.key)
    version = head.version if head else 0
    if version != append.after:
        place = f"{append.key.stream} of {append.key.origin}"
        remedy = "Somebody else appended in between: read the stream again and decide anew."
        raise Conflict(place, f"version {append.after}", f"version {version}", remedy)
    if head:
        return head
    cursor.execute(
        "INSERT INTO streams (originator_id, version, pages, state) VALUES (?, 0, 0, x'')",
        (originator_id(append.key),),
    )
    return Head(cursor.lastrowid, 0, 0)


def add_page(cursor: SQLiteCursor, head: Head, page: Page, position: int) -> Head:
    """Write the place and the parts of a new page, and return the end of the stream behind it.

    Raises:
        ValueError: when it is empty or does not follow the last one.
    """
    if page.first != head.version + 1 or not page.lines:
        raise ValueError(f"{len(page.lines)} lines from {page.first} after {head.version}")
    version = head.version + len(page.lines)
    block = to_block(page.parts)
    row = (position, head.number, head.pages, version, len(page.lines))
    cursor.execute(
        "INSERT INTO pages VALUES (?,?,?,?,?,?,?,?)",
        (*row, add_block(cursor, block), block.size, " ".join(sorted(page.withheld))),
    )
    return Head(head.number, version, head.pages + 1)


def add_block(cursor: SQLiteCursor, block: Block) -> int:
    """Append a block and return its number; 0 where it holds nothing."""
    if not block.size:
        return 0
    cursor.execute("INSERT INTO blocks (data) VALUES (?)", (block.data,))
    return int(cursor.lastrowid)


def set_head(
    cursor: SQLiteCursor, head: Head, state: bytes, chunks: Mapping[tuple[int, int], bytes]
) -> None:
    """Write where the stream now ends, its state, and the results that changed."""
    cursor.execute(
        "UPDATE streams SET version = ?, pages = ?, state = ? WHERE number = ?",
        (head.version, head.pages, state, head.number),
    )
    cursor.executemany(
        "INSERT INTO chunks VALUES (?,?,?,?)"
        " ON CONFLICT (stream, epoch, number) DO UPDATE SET data = excluded.data",
        ((head.number, *at, pack(bits)) for at, bits in chunks.items()),
    )


def add_ids(cursor: SQLiteCursor, number: int, ids: Iterable[tuple[str, int]]) -> None:
    """Write the ids that callers gave.

    Raises:
        Conflict: when one is known, naming its event.
    """
    rows = ((id_key(event_id), number, version) for event_id, version in ids)
    refused = _insert(cursor, "INSERT INTO event_ids VALUES (?,?,?)", rows)
    if refused is None:
        return
    row = fetch_one(
        cursor,
        (str, int),
        "SELECT originator_id, event_ids.version FROM event_ids"
        " JOIN streams ON stream = number WHERE id = ?",
        refused[:1],
    )
    if row is None:
        raise ArchiveDamaged("event ids", "a stream for each", f"none with number {refused[1]}")
    origin, stream = stream_key(row[0])
    raise Conflict(
        f"event id {id_text(refused[0])}",
        "a new one",
        f"that of version {row[1]} of {stream} of {origin}",
        "Give each event an id of its own; one that is repeated on purpose is looked up first.",
    )


def add_items(cursor: SQLiteCursor, number: int, items: Iterable[ItemKey], key: StreamKey) -> None:
    """Write which event added which item, and its outside id if not erased; again, the id alone.

    Raises:
        Conflict: when the stream has another item of that index or outside id.
    """
    statement = """INSERT INTO items
        SELECT column1, column2, column3, iif((column1, column2, 'item') IN erased, NULL, column4)
        FROM (VALUES (?,?,?,?)) WHERE true
        ON CONFLICT (stream, version) DO UPDATE SET outside = excluded.outside"""
    secret = read_secret(cursor)
    rows = ((number, item.version, item.item, _outside_key(secret, item)) for item in items)
    refused = _insert(cursor, statement, rows)
    if refused is not None:
        place = f"{key.stream} of {key.origin}, version {refused[1]}, item {refused[2]}"
        raise Conflict(place, "an index and an outside id that are new", "one that is not")


def add_assets(cursor: SQLiteCursor, number: int, assets: Iterable[PartOrigin]) -> None:
    """Write which parts list which assets, but for erased parts."""
    cursor.executemany(
        "INSERT OR IGNORE INTO asset_references SELECT * FROM (VALUES (?,?,?,?))"
        " WHERE (column1, column2, column3) NOT IN erased",
        ((number, version, kind, name) for name, (version, kind) in assets),
    )


def id_key(event_id: str) -> bytes:
    """Return the 16 bytes of a UUID, which its text stands for."""
    return bytes.fromhex(event_id.replace("-", ""))


def id_text(key: bytes) -> str:
    """Read :func:`id_key` back."""
    return str(UUID(bytes=key))


def read_secret(cursor: SQLiteCursor) -> bytes:
    """Return the secret under which names are hashed.

    Raises:
        ArchiveDamaged: when there is none.
    """
    row = fetch_one(cursor, (bytes,), "SELECT value FROM secret")
    if row is None:
        raise ArchiveDamaged("database", "a secret", "none")
    return bytes(row[0])


def hashed(secret: bytes, name: str) -> bytes:
    """Hash a name from outside: of any length and maybe personal, it stands in no index."""
    return blake2b(name.encode(), digest_size=16, key=secret).digest()


def _outside_key(secret: bytes, item: ItemKey) -> bytes | None:
    return None if item.outside is None else hashed(secret, item.outside)


def _insert(cursor: SQLiteCursor, statement: str, rows: Iterable[Row]) -> Row | None:
    """Insert until a row violates a constraint, and return that row."""
    row: Row | None = None

    def each() -> Iterator[Row]:
        nonlocal row
        for row in rows:  # noqa: UP028 - the last one taken is the one refused
            yield row

    try:
        cursor.executemany(statement, each())
    except sqlite3.IntegrityError:
        return row
    return None
