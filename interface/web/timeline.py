"""The timeline of a run: its spans, and among them what was left out of its dataset meanwhile.

What is erased or withheld in the stream of the dataset changes what the run's items show, and is no
event of the run: it has no version of it. Not here: how either looks.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from application.history_page import history_page, version_at
from application.ports import EventStore, StreamKey
from application.read_model import LeftOutRow, ReadModel
from application.replaying import Moment
from application.spans import Span
from domain.errors import InvalidInput

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
    """A page; ``is_cut`` where more events of the dataset belong on it than are shown."""

    entries: Sequence[Entry]
    is_more: bool
    is_cut: bool

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
    entries = [Entry(span.began, span, None) for span in shown]
    entries += _left_out(streams, rows[:_MOST])
    entries.sort(key=lambda entry: entry.at)  # which keeps the order of what is of one time
    return Timeline(entries, bool(following), len(rows) > _MOST)


def _version(streams: Streams, at: str) -> int:
    """The last version that the dataset had by a time; 0 for none: a mirror has another clock."""
    try:
        return version_at(streams.store, streams.dataset, Moment(time=at))
    except InvalidInput:
        return 0


def _left_out(streams: Streams, rows: Sequence[LeftOutRow]) -> Iterator[Entry]:
    for row in rows:
        (found,) = history_page(streams.store, streams.dataset, row.version - 1, 1)
        yield Entry(found.event["at"], None, LeftOut(row, found.event["actor"]))
