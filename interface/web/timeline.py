"""The timeline of a run: its spans, and among them what was left out of its dataset meanwhile.

What is erased or withheld in the stream of the dataset changes what the run's items show, and is no
event of the run: it has no version of it. The read model says where a span begins and ends and how
many events it has; who, when and what the facts are is said by the events there, which are to be
compared with the log. Not here: that, and how either looks.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from application.history_page import version_at
from application.log_coverage import ReadEvent
from application.ports import EventStore, Page, StreamKey
from application.read_model import LeftOutRow, ReadModel
from application.replaying import Moment
from application.spans import Span
from application.stored import read_stored
from domain.errors import InvalidInput
from domain.evaluation.events import Event
from domain.transparency.merkle import leaf_hash

_MOST: Final = 50
"""Events of the dataset on a page."""


class LeftOut(NamedTuple):
    """An event of the dataset that leaves a part out, and who recorded it."""

    row: LeftOutRow
    actor: str


class Entry(NamedTuple):
    """One of the two, and when it was, or began."""

    at: str
    span: Span | None
    left_out: LeftOut | None


class Timeline(NamedTuple):
    """A page; ``is_cut`` where more events of the dataset belong on it than are shown.

    ``read`` are the events that it was read from.
    """

    entries: Sequence[Entry]
    is_more: bool
    is_cut: bool
    read: Sequence[ReadEvent] = ()

    @property
    def last(self) -> int:
        """Behind which version of the run the next page goes on."""
        return max((entry.span.first for entry in self.entries if entry.span), default=0)


class Streams(NamedTuple):
    """A run and its dataset, and where they are read."""

    store: EventStore
    read_model: ReadModel
    run: StreamKey
    dataset: StreamKey


def timeline(streams: Streams, after: int, most: int) -> Timeline:
    """So many spans behind a version of the run, and what happened to the dataset until the next.

    What happened to it before the run began stands first. Behind the last span there is nothing.
    """
    spans = streams.read_model.spans(streams.run, after, most + 1)
    if after and not spans:
        return Timeline((), is_more=False, is_cut=False)
    shown, following = spans[:most], spans[most:]
    since = _version(streams, shown[0].began) if after else 0
    last = streams.store.version(streams.dataset)
    until = _version(streams, following[0].began) if following else last
    rows = streams.read_model.left_out_of_items(streams.dataset, since, until, _MOST + 1)
    reading = _Reading(streams.store)
    entries = [_of_span(reading, streams.run, span) for span in shown]
    entries += [_of_dataset(reading, streams.dataset, row) for row in rows[:_MOST]]
    entries.sort(key=lambda entry: entry.at)  # which keeps the order of what is of one time
    return Timeline(entries, bool(following), len(rows) > _MOST, reading.read)


def _version(streams: Streams, at: str) -> int:
    """The last version that the dataset had by a time; 0 for none: a mirror has another clock."""
    try:
        return version_at(streams.store, streams.dataset, Moment(time=at))
    except InvalidInput:
        return 0


class _Reading:
    """Reads single events, with the page that was read last at hand, and keeps which."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._page: tuple[StreamKey, Page] | None = None
        self.read: list[ReadEvent] = []

    def event(self, key: StreamKey, version: int) -> Event:
        of, page = self._page or (None, Page(0, (), ()))
        if of != key or not 0 <= version - page.first < len(page.lines):
            page = next(iter(self._store.pages(key, version - 1, parts=False)))
            self._page = key, page
        line = page.lines[version - page.first]
        self.read.append(ReadEvent(key, version, leaf_hash(line).hex()))
        return read_stored(line, key.stream, version)


def _of_span(reading: _Reading, run: StreamKey, span: Span) -> Entry:
    first = last = reading.event(run, span.first)
    counts = {first.type: 1}
    if span.last != span.first:
        last, counts = reading.event(run, span.last), span.counts
    told = replace(span, actor=first.actor, began=first.at, ended=last.at, facts=first.facts)
    return Entry(first.at, replace(told, counts=counts), None)


def _of_dataset(reading: _Reading, dataset: StreamKey, row: LeftOutRow) -> Entry:
    event = reading.event(dataset, row.version)
    return Entry(event.at, None, LeftOut(row, event.actor))
