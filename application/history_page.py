"""Pages of a stream's history: its envelopes as they are stored, without content.

Not here: replay, and whether the log has the same (``log_coverage``).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from application.ports import EventStore, Page, StreamKey
from application.replaying import Moment
from application.stored import read_stored
from domain.errors import InvalidInput
from domain.transparency.merkle import leaf_hash


class HistoryEvent(NamedTuple):
    """An envelope with its leaf hash in the stream's tree."""

    event: Any
    leaf: str


def history_page(
    store: EventStore, key: StreamKey, after: int, limit: int
) -> Sequence[HistoryEvent]:
    """The events of versions beyond ``after``, in order, ``limit`` at most.

    Raises:
        EvidenceDamaged: when one of them is no event.
    """
    found: list[HistoryEvent] = []
    for page in store.pages(key, after, parts=False):
        lines = page.lines[max(0, after + 1 - page.first) :][: limit - len(found)]
        for version, line in enumerate(lines, max(after + 1, page.first)):
            event = read_stored(line, key.stream, version)
            found.append(HistoryEvent(event._asdict(), leaf_hash(line).hex()))
        if len(found) == limit:
            break
    return found


def version_at(store: EventStore, key: StreamKey, moment: Moment, place: str = "at") -> int:
    """The version of the last event that had happened by a moment, which was asked for at a place.

    Raises:
        InvalidInput: when nothing had happened yet, or a version is not there.
    """
    last = store.version(key)
    version = _latest(store, key, str(moment.time), last) if moment.time else moment.version
    if version is None or not 1 <= version <= last:
        found = f"{version}" if moment.version is not None else "none before it"
        raise InvalidInput(place, f"a version from 1 to {last}, or a time with events", found)
    return version


def _latest(store: EventStore, key: StreamKey, time: str, last: int) -> int:
    """Search by halves: times never decrease within a stream."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        page = next(iter(store.pages(key, middle - 1, parts=False)))
        if _time(key, page, middle) <= time:
            low = middle
        else:
            high = middle - 1
    return low


def _time(key: StreamKey, page: Page, version: int) -> str:
    return read_stored(page.lines[version - page.first], key.stream, version).at
