"""Unrolling: streams out of the store as the two members that everything else follows from.

``events.jsonl`` and ``parts.jsonl`` are written through the callables that are handed in, and every
event is taken into a history on the way: what the store holds is checked before anybody sees it.
Not here: the other members of a bundle.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from application.ports import EventStore, Page, Progress, StreamKey
from application.stored import StoredEvent, events_of
from domain.bundle.disclosure import Disclosure, Status, erasures
from domain.bundle.history import History, Place
from domain.bundle.layout import closure
from domain.bundle.parts import assets_of
from domain.errors import ArchiveDamaged

Write = Callable[[bytes], object]


class Writers(NamedTuple):
    """Where the lines of the two members go, each with its LF."""

    event: Write
    part: Write


_REMEDY = "Restore the archive from a backup, or import its bundles again."


class Extent(NamedTuple):
    """A stream up to and including a version."""

    key: StreamKey
    size: int


@dataclass(slots=True)
class Unrolled:
    """What was unrolled: its history, what is disclosed, the assets that go with it, and counts."""

    disclosure: Disclosure
    history: History = field(default_factory=History)
    assets: set[str] = field(default_factory=set[str])
    parts: int = 0
    undisclosed: dict[Status, dict[str, int]] = field(
        default_factory=lambda: {Status.WITHHELD: {}, Status.ERASED: {}}
    )


def unroll(
    store: EventStore,
    extents: Sequence[Extent],
    withhold: frozenset[str],
    writers: Writers,
    progress: Progress,
) -> Unrolled:
    """Write the events and the disclosed parts of these streams.

    Raises:
        ArchiveDamaged: when the store does not hold what it should.
    """
    unrolling = _Unrolling(_disclosure(store, extents, withhold), writers)
    for extent in extents:
        for page in _pages(store, extent):
            for stored in events_of(page):
                if stored.event.version <= extent.size:
                    unrolling.take(stored)
            progress(len(page.lines))
    return unrolling.unrolled


def _pages(store: EventStore, extent: Extent) -> Iterator[Page]:
    for page in store.pages(extent.key):
        if page.first > extent.size:
            return
        yield page


def _disclosure(
    store: EventStore, extents: Sequence[Extent], withhold: frozenset[str]
) -> Disclosure:
    withheld: set[str] = set(withhold)
    erased: set[tuple[str, int, str]] = set()
    for extent in extents:
        for page in _pages(store, extent):
            withheld |= page.withheld
            erased.update(erasures(page.lines[: extent.size - page.first + 1]))
    return Disclosure(closure(withheld), frozenset(erased))


class _Unrolling:
    def __init__(self, disclosure: Disclosure, writers: Writers) -> None:
        self.unrolled = Unrolled(disclosure)
        self.unrolled.undisclosed[Status.WITHHELD] = dict.fromkeys(disclosure.withheld, 0)
        self._write_event, self._write_part = writers
        self._event_at = self._part_at = 0

    def take(self, stored: StoredEvent) -> None:
        event, line, _ = stored
        place = Place(self._event_at, self._part_at)
        if problem := self.unrolled.history.take(event, line, place):
            raise ArchiveDamaged(problem.place, problem.expected, problem.found, _REMEDY)
        self._write_event(line + b"\n")
        self._event_at += len(line) + 1
        for kind, digest, status in self.unrolled.disclosure.of(event):
            if status is Status.DISCLOSED:
                self._disclose(stored, kind, digest)
            else:
                counts = self.unrolled.undisclosed[status]
                counts[kind] = counts.get(kind, 0) + 1

    def _disclose(self, stored: StoredEvent, kind: str, digest: str) -> None:
        line = stored.parts.get(kind)
        if line is None:
            place = f"{stored.event.stream}, version {stored.event.version}, {kind}"
            raise ArchiveDamaged(place, f"part {digest}", "nothing", _REMEDY)
        self._write_part(line + b"\n")
        self._part_at += len(line) + 1
        self.unrolled.parts += 1
        self.unrolled.assets.update(assets_of(line))
