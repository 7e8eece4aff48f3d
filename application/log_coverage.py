"""Stored events beside the log: whether they are those that its last signed head covers.

What it takes is a tile of hashes or two for events that stand together, however long the stream is.
While the tiles are made anew, it waits: no thread of ordinary reading should. Not here: what no
head covers yet, and what another archive recorded, of which this log knows nothing: only verifying
tells.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Final, NamedTuple

from application.log import Log
from application.ports import EventStore, StreamKey
from domain.errors import RESTORE, EvidenceDamaged, LogDiverged
from domain.transparency.merkle import leaf_hashes

_AT_ONCE: Final = 8192


class ReadEvent(NamedTuple):
    """Where an event was read, and its leaf hash in hex."""

    key: StreamKey
    version: int
    leaf: str


class Coverage(NamedTuple):
    """How many events were compared, the first in the log's order, of how many; the log's fault."""

    compared: int
    of: int
    fault: str = ""


def compare(log: Log, store: EventStore, events: Sequence[ReadEvent]) -> Coverage:
    """Compare events with the log; each counts once.

    Raises:
        EvidenceDamaged: when one that a signed head covers is not the one that the log has.
    """
    distinct = {*events}
    own = [*_indexed(store, sorted(each for each in distinct if each.key.origin == log.origin))]
    try:
        leaves = log.covered([index for index, _ in own])
    except LogDiverged as problem:
        return Coverage(0, len(distinct), str(problem))
    for index, event in own:
        _check(event, leaves.get(index))
    return Coverage(len(leaves), len(distinct))


def compare_streams(log: Log, store: EventStore, keys: Iterable[StreamKey]) -> Coverage:
    """Compare all events of these streams, some thousands at a time, until the log is at fault.

    Raises:
        EvidenceDamaged: as :func:`compare`.
    """
    compared = of = 0
    for key in keys:
        events = _events(store, key)
        while some := [*islice(events, _AT_ONCE)]:
            found = compare(log, store, some)
            compared, of = compared + found.compared, of + found.of
            if found.fault:
                return Coverage(compared, of, found.fault)
    return Coverage(compared, of)


def _events(store: EventStore, key: StreamKey) -> Iterator[ReadEvent]:
    for page in store.pages(key, parts=False):
        for version, leaf in enumerate(leaf_hashes(page.lines), page.first):
            yield ReadEvent(key, version, leaf.hex())


def _indexed(store: EventStore, events: Sequence[ReadEvent]) -> Iterator[tuple[int, ReadEvent]]:
    """Events in the order of their streams and versions, each with its place in the log."""
    for key, group in groupby(events, attrgetter("key")):
        those = [*group]
        indexes = store.indexes(key, [each.version for each in those])
        yield from zip(indexes, those, strict=True)


def _check(event: ReadEvent, leaf: bytes | None) -> None:
    if leaf is not None and leaf.hex() != event.leaf:
        place = f"{event.key.stream}, version {event.version}"
        expected = f"the event that the signed log has, leaf hash {leaf.hex()}"
        raise EvidenceDamaged(place, expected, f"another one, leaf hash {event.leaf}", RESTORE)
