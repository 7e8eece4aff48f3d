"""Reading single events and their parts back from the store, by stream and version.

Not here: the read models, which find versions by other questions.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from application.ports import EventStore, Page, StreamKey
from domain.bundle.parts import digest_of, value_of, values_of
from domain.canonical import Json, reread
from domain.errors import RESTORE, EvidenceDamaged, InvalidInput, NotFound
from domain.evaluation.events import Event, read_event

_PAGES_KEPT: Final = 16
_STREAM: Final = re.compile(rb'"stream":"([a-z]+(?:/[0-9a-f-]{36})?)"')


class StoredEvent(NamedTuple):
    """An event, its line, and the part lines that are held, by kind."""

    event: Event
    line: bytes
    parts: Mapping[str, bytes]

    def value(self, kind: str) -> Json:
        """The value of a part that is held; None where it is not."""
        line = self.parts.get(kind)
        return None if line is None else reread(value_of(line))


class StoredEvents:
    """Events by version, with the pages that were read last kept at hand."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._pages: OrderedDict[tuple[StreamKey, int], _Kept] = OrderedDict()

    def forget(self) -> None:
        """Read everything anew from now on: something was erased."""
        self._pages.clear()

    def at(self, key: StreamKey, version: int) -> StoredEvent:
        """One event.

        Raises:
            NotFound: when the stream has no such version.
        """
        page, parts = self._page(key, version)
        line = page.lines[version - page.first]
        event = read_stored(line, key.stream, version)
        held = {kind: parts[digest] for kind, digest in event.parts.items() if digest in parts}
        if len(held) == len(event.parts):
            return StoredEvent(event, line, held)
        # withheld or erased, or else another line in the place of one: the whole page tells
        return {stored.line: stored for stored in events_of(page)}[line]

    def values(self, key: StreamKey, version: int, kinds: Sequence[str]) -> Sequence[Json] | None:
        """The values of these parts of an event; None where it has not all of them, or is damaged.

        The envelope was checked when it was recorded, and is not again; the parts are those that it
        names by their digests.

        Raises:
            NotFound: when the stream has no such version.
        """
        page, parts = self._page(key, version)
        try:
            named = cast("dict[str, Any]", reread(page.lines[version - page.first]))["parts"]
            lines = [parts[named[kind]] for kind in kinds]
        except (LookupError, RecursionError, TypeError, ValueError):
            return None
        return cast("list[Json]", reread(b"[%b]" % b",".join(values_of(lines))))

    def _page(self, key: StreamKey, version: int) -> "_Kept":
        for (known, first), kept in reversed(self._pages.items()):
            if known == key and first <= version < first + len(kept.page.lines):
                return kept
        page = next(self._store.pages(key, version - 1), None) if version > 0 else None
        if page is None:
            raise NotFound(f"{key.stream} of {key.origin}", f"version {version}", "none")
        kept = _Kept(page, {digest_of(line): line for line in page.parts})
        self._pages[key, page.first] = kept
        if len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        return kept


class _Kept(NamedTuple):
    """A page at hand, with its parts by digest."""

    page: Page
    parts: Mapping[str, bytes]


def events_of(page: Page) -> Iterator[StoredEvent]:
    """The events of a page, each with the parts that the page holds for it.

    Raises:
        EvidenceDamaged: when a line is no event, or a part belongs to none of them.
    """
    return _with_parts(page, [_read(line, page, at) for at, line in enumerate(page.lines)])


def sealed_events_of(page: Page) -> Iterator[StoredEvent]:
    """The same of a page whose lines are compared with the root in their seal, in the end.

    What has that root was checked when it was recorded or imported: it is only read again here. A
    seal is under no root but the next one's, and read strictly.

    Raises:
        EvidenceDamaged: as :func:`events_of`, of what is no event or cannot be read like one.
    """
    try:
        found = cast("list[dict[str, Any]]", reread(b"[%b]" % b",".join(page.lines)))
        events = [Event._make(members.values()) for members in found]
        for at, (event, line) in enumerate(zip(events, page.lines, strict=True)):
            if event.type == "stream.sealed":
                _read(line, page, at)
    except (AttributeError, RecursionError, TypeError, ValueError):
        return events_of(page)
    return _with_parts(page, events)


def _with_parts(page: Page, events: Iterable[Event]) -> Iterator[StoredEvent]:
    digests = [digest_of(line) for line in page.parts]
    at, end = 0, len(digests)
    for event, line in zip(events, page.lines, strict=True):
        held: dict[str, bytes] = {}
        for kind, digest in event.parts.items():  # by kind: RFC 8785 has sorted them
            if at < end and digests[at] == digest:
                held[kind] = page.parts[at]
                at += 1
        yield StoredEvent(event, line, held)
    if at < end:
        raise _damaged(page, "its parts", f"a part {digests[at]} that no event names")


def read_stored(line: bytes, stream: str, version: int) -> Event:
    """An event as it is stored; ``stream`` and ``version`` say where.

    Raises:
        EvidenceDamaged: when it is none, or says that it is of another version.
    """
    place = f"{stream}, version {version}"
    try:
        event = read_event(line, place)
    except InvalidInput as problem:
        raise EvidenceDamaged(place, problem.expected, problem.found, RESTORE) from problem
    if event.version != version:
        found = f"one that says version {event.version}"
        raise EvidenceDamaged(place, "the event of this version", found, RESTORE)
    return event


def _read(line: bytes, page: Page, at: int) -> Event:
    """The same where the stream is not known but by the other events of its page."""
    return read_stored(line, _stream_of(page), page.first + at)


def _damaged(page: Page, expected: str, found: str) -> EvidenceDamaged:
    place = f"{_stream_of(page)}, page from version {page.first}"
    return EvidenceDamaged(place, expected, found, RESTORE)


def _stream_of(page: Page) -> str:
    """What most of its envelopes say, which end alike: one may be damaged."""
    named = Counter(found[1] for line in page.lines if (found := _STREAM.search(line)))
    return named.most_common(1)[0][0].decode() if named else "a stream"
