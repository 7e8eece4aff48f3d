"""Unrolling: streams out of the store as the two members that everything else follows from.

``events.jsonl`` and ``parts.jsonl`` are written through the callables that are handed in, and every
event is taken into a history on the way: what the store holds is checked before anybody sees it.
Not here: the other members of a bundle.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from application.ports import EventStore, Page, Progress, StreamKey
from application.stored import StoredEvent, events_of, sealed_events_of
from domain.bundle.disclosure import Disclosure, Mark, Status, marks
from domain.bundle.history import History, Place
from domain.bundle.layout import closure
from domain.bundle.parts import assets_in
from domain.errors import RESTORE, ArchiveDamaged, EvidenceDamaged
from domain.evaluation.stream import place_of

Write = Callable[[bytes], object]


class Writers(NamedTuple):
    """Where the lines of the two members go, a page at a time, each line with its LF."""

    events: Write
    parts: Write


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
        default_factory=lambda: {
            Status.WITHHELD: {},
            Status.PART_WITHHELD: {},
            Status.ERASED: {},
        }
    )


class Survey(NamedTuple):
    """What is known before the streams are unrolled: what is disclosed, and how long events are.

    ``sealed`` says that each extent ends in its seal.
    """

    disclosure: Disclosure
    event_bytes: int
    sealed: bool


def survey(
    store: EventStore, extents: Sequence[Extent], withhold: frozenset[str], *, sealed: bool
) -> Survey:
    """Go through the envelopes of these streams for what they erase and withhold."""
    withheld: set[str] = set(withhold)
    marked: set[Mark] = set()
    size = 0
    for extent in extents:
        for page in _pages(store, extent, parts=False):
            lines = page.lines[: extent.size - page.first + 1]
            withheld |= page.withheld
            marked.update(marks(lines))
            size += sum(map(len, lines)) + len(lines)
    disclosure = Disclosure(frozenset(withheld), marked)
    kinds = closure(withheld, withholds_parts=disclosure.withholds_parts)
    return Survey(Disclosure(kinds, marked), size, sealed)


def unroll(
    store: EventStore,
    extents: Sequence[Extent],
    surveyed: Survey,
    writers: Writers,
    progress: Progress,
) -> Unrolled:
    """Write the events and the disclosed parts of these streams.

    Raises:
        ArchiveDamaged: when the store does not hold what it should.
    """
    unrolling = _Unrolling(surveyed, writers)
    for extent in extents:
        for page in _pages(store, extent, parts=True):
            unrolling.take(page, extent.size)
            progress(len(page.lines))
        unrolling.check_seal(extent)
    return unrolling.end()


def _pages(store: EventStore, extent: Extent, *, parts: bool) -> Iterator[Page]:
    for page in store.pages(extent.key, parts=parts):
        if page.first > extent.size:
            return
        yield page


class _Unrolling:
    def __init__(self, surveyed: Survey, writers: Writers) -> None:
        self._surveyed = surveyed
        self.unrolled = Unrolled(surveyed.disclosure)
        withheld = surveyed.disclosure.withheld
        self.unrolled.undisclosed[Status.WITHHELD] = dict.fromkeys(withheld, 0)
        self._write_events, self._write_parts = writers
        self._event_at = self._part_at = 0

    def take(self, page: Page, size: int) -> None:
        """Take in what a page holds up to the version ``size``, and write it."""
        try:
            events = sealed_events_of(page) if self._surveyed.sealed else events_of(page)
            self._take(events, size)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            for _ in events_of(page):  # says what is no event
                pass
            raise

    def _take(self, events: Iterable[StoredEvent], size: int) -> None:
        lines: list[bytes] = []
        parts: list[bytes] = []
        for stored in events:
            event, line, _ = stored
            if event.version > size:
                continue
            place = Place(self._event_at, self._part_at)
            if problem := self.unrolled.history.take(event, line, place):
                raise EvidenceDamaged(problem.place, problem.expected, problem.found, RESTORE)
            lines.append(line)
            self._event_at += len(line) + 1
            shown = self._shown(stored)
            parts += shown
            self._part_at += sum(map(len, shown)) + len(shown)
        self._write_events(_joined(lines))
        self._write_parts(_joined(parts))
        self.unrolled.parts += len(parts)
        self.unrolled.assets |= assets_in(parts)

    def check_seal(self, extent: Extent) -> None:
        """A sealed extent has to end in its seal: the root there stands for all that was read."""
        head = self.unrolled.history.heads.get(extent.key.stream)
        if self._surveyed.sealed and (head is None or head.sealed != extent.size):
            found = "another event" if head else "nothing"
            place = f"{extent.key.stream}, version {extent.size}"
            raise EvidenceDamaged(place, "a seal", found, RESTORE)

    def end(self) -> Unrolled:
        """What was unrolled, now that it is all there."""
        if self._event_at != self._surveyed.event_bytes:
            expected = f"{self._surveyed.event_bytes} bytes of envelopes"
            raise ArchiveDamaged("streams", expected, str(self._event_at), RESTORE)
        return self.unrolled

    def _shown(self, stored: StoredEvent) -> Collection[bytes]:
        """The parts of an event that are disclosed; the others are counted."""
        event, _, held = stored
        undisclosed = self.unrolled.disclosure.undisclosed(event.stream, event.version)
        if not undisclosed and len(held) == len(event.parts):
            return held.values()
        for kind, digest in event.parts.items():
            if kind in undisclosed:
                counts = self.unrolled.undisclosed[undisclosed[kind]]
                counts[kind] = counts.get(kind, 0) + 1
            elif kind not in held:
                place = f"{place_of(event)}, {kind}"
                raise EvidenceDamaged(place, f"part {digest}", "nothing", RESTORE)
        return [line for kind, line in held.items() if kind not in undisclosed]


def _joined(lines: list[bytes]) -> bytes:
    """The lines, each with its LF."""
    return b"\n".join([*lines, b""])
