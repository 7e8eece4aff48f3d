"""Reading single events and their parts back from the store, by stream and version.

Not here: the read models, which find versions by other questions.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from application.ports import EventStore, Page, StreamKey
from domain.bundle.parts import digest_of, value_of
from domain.canonical import Json, reread
from domain.errors import ArchiveDamaged, InvalidInput, NotFound
from domain.evaluation.events import Event, read_event

_PAGES_KEPT: Final = 16


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
        self._pages: OrderedDict[tuple[StreamKey, int], Mapping[int, StoredEvent]] = OrderedDict()

    def forget(self) -> None:
        """Read everything anew from now on: something was erased."""
        self._pages.clear()

    def at(self, key: StreamKey, version: int) -> StoredEvent:
        """One event.

        Raises:
            NotFound: when the stream has no such version.
        """
        for (known, _), events in reversed(self._pages.items()):
            if known == key and version in events:
                return events[version]
        page = next(self._store.pages(key, version - 1), None) if version > 0 else None
        if page is None:
            raise NotFound(f"{key.stream} of {key.origin}", f"version {version}", "none")
        events = {stored.event.version: stored for stored in events_of(page)}
        self._pages[key, page.first] = events
        if len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        return events[version]


def events_of(page: Page) -> Iterator[StoredEvent]:
    """The events of a page, each with the parts that the page holds for it.

    Raises:
        ArchiveDamaged: when a line is no event, or a part belongs to none of them.
    """
    digests = [digest_of(line) for line in page.parts]
    at, end = 0, len(digests)
    for line in page.lines:
        event = _read(line, page)
        held: dict[str, bytes] = {}
        for kind, digest in event.parts.items():  # by kind: RFC 8785 has sorted them
            if at < end and digests[at] == digest:
                held[kind] = page.parts[at]
                at += 1
        yield StoredEvent(event, line, held)
    if at < end:
        raise _damaged(page, "its parts", f"a part {digests[at]} that no event names")


def _read(line: bytes, page: Page) -> Event:
    try:
        return read_event(line, "event")
    except InvalidInput as problem:
        raise _damaged(page, problem.expected, problem.found) from problem


def _damaged(page: Page, expected: str, found: str) -> ArchiveDamaged:
    remedy = "Restore the archive from a backup, or import its bundles again."
    return ArchiveDamaged(f"page from version {page.first}", expected, found, remedy)
