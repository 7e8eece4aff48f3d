"""The projector: pages of the event store in, rows of the read models out.

A few thousand events at once; stopped anywhere, it goes on from there. Not here: what a page says
(``page_rows``), and how rows are put together and kept (the implementations of ``read_model``).
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from application.page_rows import add_page
from application.ports import Change, Page, StreamKey
from application.projected_rows import StreamRows
from application.read_model import Generation, ReadModel
from domain.errors import Conflict

EVENTS_AT_ONCE: Final = 8192
"""Pages are taken in together, in one transaction, until they hold this many events."""


class Source(Protocol):
    """What is needed of the event store."""

    def position(self) -> int:
        """The position of the last page."""
        ...

    def changes(self, after: int = 0) -> Iterator[Change]:
        """All pages beyond a position."""
        ...

    def pages(self, key: StreamKey, after: int = 0) -> Iterator[Page]:
        """The pages of one stream."""
        ...


class Rebuilt(NamedTuple):
    """How much there was when the read models were built from nothing."""

    runs: int
    datasets: int
    events: int


def catch_up(store: Source, read_model: ReadModel) -> None:
    """Take in what the store has beyond the read model; a second time, this does nothing.

    Raises:
        ArchiveDamaged: when the store's pages don't follow what is in the read model.
    """
    while True:
        try:
            generation = read_model.current()
            if generation is None:
                read_model.publish(read_model.begin())
            elif generation.position > store.position():
                rebuild(store, read_model)  # it followed a store that is no more
            else:
                _follow(store, generation)
                read_model.tidy()
                return
        except Conflict:
            continue  # another process did this meanwhile; go on from there


def rebuild(store: Source, read_model: ReadModel) -> None:
    """Build everything from nothing, beside what is read meanwhile, and swap it in at once.

    Raises:
        Conflict: when another rebuild began meanwhile.
        ArchiveDamaged: when the store's pages don't follow each other.
    """
    generation = read_model.begin()
    _follow(store, generation)
    read_model.publish(generation)
    read_model.tidy()


def refresh(store: Source, read_model: ReadModel, key: StreamKey) -> None:
    """Take in anew the pages of a stream whose parts became fuller (``EventStore.disclose``)."""
    catch_up(store, read_model)
    generation, last = read_model.current(), read_model.version(key)
    if generation is None or not last:
        return
    pages = (Change(0, key, page) for page in store.pages(key) if page.first <= last)
    generation.replace(key, (rows for _, streams in grouped(pages) for rows in streams))
    read_model.tidy()


def _follow(store: Source, generation: Generation) -> None:
    after = generation.position
    for position, streams in grouped(store.changes(after)):
        generation.write(after, position, streams)
        after = position


def grouped(changes: Iterable[Change]) -> Iterator[tuple[int, list[StreamRows]]]:
    """Yield the rows of about ``EVENTS_AT_ONCE`` events at a time, and the position they end at."""
    position = events = 0
    streams: list[StreamRows] = []
    for position, key, page in changes:
        if not streams or streams[-1].key != key or streams[-1].last + 1 != page.first:
            streams.append(StreamRows(key, page.first))
        add_page(page, streams[-1])
        events += len(page.lines)
        if events >= EVENTS_AT_ONCE:
            yield position, streams
            events, streams = 0, []
    if streams:
        yield position, streams
