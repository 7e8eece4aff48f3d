"""Pages in bounded memory: a few at a time, in a transaction that ends before they are given out.

So no reader keeps the write-ahead log from being emptied, however slowly it reads; what changes in
between, an erasure or a disclosure, shows in the pages that it reads after that.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from eventsourcing.persistence import StoredEvent

from application.ports import Change, Lines, Page, StreamKey
from domain.errors import RESTORE, ArchiveDamaged, EvidenceDamaged
from infrastructure.event_store.blocks import unpack_lines
from infrastructure.event_store.pages import (
    ids_of,
    originator_id,
    stream_key,
    to_lines,
    versions_of,
)
from infrastructure.event_store.recorder import PageRecorder
from infrastructure.event_store.rows import Row, fetch, fetch_in

PAGES_AT_ONCE = 16
PART_BYTES_AT_ONCE = 4 * 2**20

_OF_STREAM = """SELECT position, size FROM pages JOIN streams ON stream = number
    WHERE originator_id = ? AND last > ? ORDER BY last LIMIT ?"""
_OF_STORE = "SELECT position, size FROM pages WHERE position > ? ORDER BY position LIMIT ?"
_FOUND = """SELECT position, originator_id, ordinal, last, lines, size, withheld,
        coalesce(data, x'')
    FROM pages JOIN streams ON streams.number = stream
    LEFT JOIN blocks ON blocks.number = block WHERE position IN"""

_FOUND_WITHOUT = """SELECT position, originator_id, ordinal, last, lines, 0, withheld, x''
    FROM pages JOIN streams ON streams.number = stream WHERE position IN"""

# CROSS JOIN keeps the order of the tables: by position, however many streams there are
_OF_ORIGIN = """SELECT position, originator_id, ordinal, topic, state, last, lines
    FROM pages CROSS JOIN (SELECT number, originator_id AS id FROM streams) ON number = stream
    CROSS JOIN stored_events ON stored_events.rowid = position
    WHERE position > ? AND id >= ? AND id < ? ORDER BY position LIMIT ?"""


class _Found(NamedTuple):
    position: int
    originator: str
    ordinal: int
    last: int
    lines: int
    size: int
    withheld: str
    data: object

    @property
    def place(self) -> str:
        return versions_of(self.originator, self.last, self.lines)


def amounts() -> Iterator[int]:
    """How many pages to ask for, time after time: few readers want more than the first one."""
    return chain((1, 2, 4, 8), repeat(PAGES_AT_ONCE))


def next_pages(
    recorder: PageRecorder, key: StreamKey, after: int, at_most: int, *, parts: bool
) -> list[Page]:
    """Return the next few pages of a stream that hold versions beyond ``after``."""
    found = _find(recorder, _OF_STREAM, (originator_id(key), after, at_most), parts=parts)
    if not found:
        return []
    before, last = found[0].ordinal - 1, found[-1].ordinal
    pages = _to_pages(found, recorder.select_events(originator_id(key), gt=before, lte=last))
    for page in pages:
        if not page.first <= after + 1 < page.first + len(page.lines):
            place, found_on = f"{key.stream}, version {after + 1}", f"one from {page.first} on"
            raise EvidenceDamaged(place, "a page with this version", found_on, RESTORE)
        after = page.first + len(page.lines) - 1
    return pages


def next_changes(recorder: PageRecorder, after: int, at_most: int) -> list[Change]:
    """Return the next few pages of the store beyond the position ``after``."""
    found = _find(recorder, _OF_STORE, (after, at_most))
    if not found:
        return []
    if [page.position for page in found] != list(range(after + 1, after + 1 + len(found))):
        raise ArchiveDamaged("pages", f"one at position {after + 1}, and so on", "a gap")
    events = recorder.select_notifications(after + 1, len(found), found[-1].position)
    keys = (stream_key(str(event.originator_id)) for event in events)
    pages = _to_pages(found, events)
    positions = (page.position for page in found)
    return [Change(*change) for change in zip(positions, keys, pages, strict=True)]


def next_lines(recorder: PageRecorder, origin: str, after: int, at_most: int) -> list[Lines]:
    """Return the envelopes of the next few pages of an origin beyond the position ``after``."""
    types = (int, str, int, str, bytes, int, int)
    with recorder.datastore.transaction(commit=False) as cursor:
        rows = fetch(cursor, types, _OF_ORIGIN, (after, *ids_of(origin), at_most))
    return [
        Lines(position, to_lines(StoredEvent(originator, ordinal, topic, state), last, count))
        for position, originator, ordinal, topic, state, last, count in rows
    ]


def _find(
    recorder: PageRecorder, statement: str, values: Sequence[object], *, parts: bool = True
) -> list[_Found]:
    """Find pages, with their blocks if ``parts``: as many as fit, one at least."""
    types = (int, str, int, int, int, int, str, object)
    with recorder.datastore.transaction(commit=False) as cursor:
        sizes = fetch(cursor, (int, int), statement, values)
        positions = [position for position, _ in sizes[: _fitting(sizes)]]
        found = _FOUND if parts else _FOUND_WITHOUT
        return sorted(_Found(*row) for row in fetch_in(cursor, types, found, (), positions))


def _fitting(sizes: Sequence[Row]) -> int:
    total = 0
    for count, (_, size) in enumerate(sizes):
        total += size
        if count and total > PART_BYTES_AT_ONCE:
            return count
    return len(sizes)


def _to_pages(found: Sequence[_Found], events: Sequence[StoredEvent]) -> list[Page]:
    stored = {(str(each.originator_id), each.originator_version): each for each in events}
    return [_to_page(page, stored.get((page.originator, page.ordinal))) for page in found]


def _to_page(page: _Found, event: StoredEvent | None) -> Page:
    if event is None:
        raise EvidenceDamaged(page.place, "the stored event of their page", "none", RESTORE)
    lines = to_lines(event, page.last, page.lines)
    parts = unpack_lines(f"{page.place}, parts", page.data, page.size)
    return Page(page.last - page.lines + 1, lines, parts, frozenset(page.withheld.split()))
