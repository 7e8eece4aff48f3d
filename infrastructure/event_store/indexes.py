"""Which place an event has among those of its origin, in the order of the store: its log index.

Pages never change and never go, so what was counted once is kept: an archive of a million pages is
walked once, not for each event. Not here: the log.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from eventsourcing.sqlite import SQLiteCursor

from application.ports import StreamKey
from domain.errors import NotFound
from infrastructure.event_store.connections import Datastore
from infrastructure.event_store.pages import ids_of, originator_id
from infrastructure.event_store.rows import fetch, fetch_one

STRIDE: Final = 256
"""Pages from one count that is kept to the next."""

_PLACE: Final = """SELECT position, last - lines, last FROM pages JOIN streams ON stream = number
    WHERE originator_id = ? AND last >= ? ORDER BY last LIMIT 1"""

# CROSS JOIN keeps the order of the tables: by position, however many streams there are
_COUNTED: Final = """SELECT coalesce(sum(lines), 0) FROM pages CROSS JOIN streams ON number = stream
    WHERE position >= ? AND position < ? AND originator_id >= ? AND originator_id < ?"""


class Indexes:
    """Counts of one store's events; usable by any number of threads."""

    def __init__(self, datastore: Datastore) -> None:
        self._datastore = datastore
        self._kept: dict[str, list[int]] = {}
        """By origin: the number of its events before each stride of pages."""

    def of(self, key: StreamKey, versions: Sequence[int]) -> list[int]:
        """Count for each of these events those of its origin that stand before it.

        Raises:
            NotFound: when the stream has not all of them.
        """
        indexes, behind, until, before = list[int](), 0, 0, 0
        with self._datastore.transaction(commit=False) as cursor:
            for version in versions:
                if not behind < version <= until:
                    position, behind, until = _place(cursor, key, version)
                    before = self._before(cursor, key.origin, position)
                indexes.append(before + version - behind - 1)
        return indexes

    def _before(self, cursor: SQLiteCursor, origin: str, position: int) -> int:
        """Count the events of an origin on the pages before a position."""
        whole, kept = position // STRIDE, self._kept.get(origin, [0])
        if whole >= len(kept):
            starts = range((len(kept) - 1) * STRIDE, whole * STRIDE, STRIDE)
            more = (_counted(cursor, origin, start, start + STRIDE) for start in starts)
            kept = [*kept[:-1], *accumulate(more, initial=kept[-1])]
            if not self._datastore.is_whole:  # else pages may be undone that were counted
                self._kept[origin] = kept
        return kept[whole] + _counted(cursor, origin, whole * STRIDE, position)


def _counted(cursor: SQLiteCursor, origin: str, first: int, end: int) -> int:
    """How many events of an origin stand on the pages from a position up to another."""
    ((events,),) = fetch(cursor, (int,), _COUNTED, (first, end, *ids_of(origin)))
    return int(events)


def _place(cursor: SQLiteCursor, key: StreamKey, version: int) -> tuple[int, int, int]:
    """The position of the page with an event, the version before it, and its last one."""
    types, values = (int, int, int), (originator_id(key), version)
    place = fetch_one(cursor, types, _PLACE, values) if version > 0 else None
    if place is None:
        raise NotFound(f"{key.stream} of {key.origin}", f"version {version}", "none")
    position, behind, until = place
    return position, behind, until
