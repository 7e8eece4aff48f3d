"""Replay: the history of a run, who did what and when, and its state at any version or time.

The state is counted from events and parts anew, never read from a projection. Not here: where the
two members come from, which may be a bundle or the store.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from domain.bundle import layout, views
from domain.bundle.disclosure import Disclosure, Status, marks
from domain.bundle.history import History, Place
from domain.bundle.lines import lines_in
from domain.bundle.members import Members
from domain.bundle.reading import Reading
from domain.canonical import Json
from domain.errors import InvalidInput, NotFound, shown
from domain.evaluation.events import Event, read_event
from domain.syntax import is_time

_WHOLE: Final = frozenset({10, 13, 16, 19, *range(21, 27)})
"""Lengths of a time up to the day, hour, minute, second, and so many digits of its fraction."""


class Moment(NamedTuple):
    """How far to replay: up to a version of the last stream, or up to a time, or to the end."""

    version: int | None = None
    time: str | None = None

    def includes(self, event: Event) -> bool:
        """Whether an event of the last stream has happened by then."""
        if self.version is not None:
            return event.version <= self.version
        return self.time is None or event.at <= self.time


def read_moment(text: str, place: str = "--at") -> Moment:
    """Read a version, or a UTC time such as 2026-11-23 or 2026-11-23T09:00:00.

    Raises:
        InvalidInput: for anything else.
    """
    if text.isascii() and text.isdigit() and len(text) <= 16:
        return Moment(version=int(text))
    latest = "9999-12-31T23:59:59.999999Z"
    given = text.removesuffix("Z")
    time = given + latest[len(given) :]
    if len(given) not in _WHOLE or not is_time(time):
        raise InvalidInput(place, "a version, or a UTC time from the date on", shown(text))
    return Moment(time=time)


_FIRST: Final = b'"version":1}'


class Replayed(NamedTuple):
    """A run or dataset as it stood: the events that had happened, and the state that they make."""

    events: int
    stream: str
    version: int
    at: str
    state: dict[str, Json]


Note = Callable[[History, Event, Place], None]
"""Is told of each event, and its place, before the history takes it in."""


def _unnoted(_history: History, _event: Event, _place: Place) -> None:
    """Nobody takes note."""


class Replayer:
    """Replays the two members of a bundle; ``withheld`` are the kinds that it withholds."""

    def __init__(self, members: Members, withheld: frozenset[str]) -> None:
        self._members, self.withheld = members, withheld
        lines = (line for _, line in lines_in(self._members, layout.EVENTS))
        self._disclosure = Disclosure(withheld, marks(lines))

    def events(self, moment: Moment) -> Iterator[Event]:
        """The events that had happened by then, in order."""
        has_happened = self._has_happened(moment)
        for _, line in lines_in(self._members, layout.EVENTS):
            event = read_event(line, layout.EVENTS)
            if has_happened(event):
                yield event

    def reading(self, note: Note = _unnoted) -> Reading:
        """All content at hand, as it stands at the end."""
        return Reading(self._history(Moment(), note), self._disclosure, self._members.read_at)

    def asset(self, name: str, limit: int) -> bytes | None:
        """The bytes of an asset that a disclosed part lists; None for another, or a larger one."""
        member = layout.asset_member(name)
        try:
            size = self._members.size(member)
        except NotFound:
            return None
        return b"".join(self._members.chunks(member)) if size <= limit else None

    def state(self, moment: Moment) -> Replayed:
        """The state then.

        Raises:
            InvalidInput: when nothing had happened yet.
        """
        history = self._history(moment)
        if not history.heads:
            raise InvalidInput("--at", "a moment at which there were events", "none before it")
        *_, head = history.heads.values()
        state = self._summary(history)
        return Replayed(history.events, head.stream, head.version, head.at, state)

    def _history(self, moment: Moment, note: Note = _unnoted) -> History:
        history, part_at = History(), 0
        has_happened = self._has_happened(moment)
        parts = lines_in(self._members, layout.PARTS)
        for event_at, line in lines_in(self._members, layout.EVENTS):
            event = read_event(line, layout.EVENTS)
            if has_happened(event):
                place = Place(event_at, part_at)
                note(history, event, place)
                history.take(event, line, place)
            for _, _, status in self._disclosure.of(event):
                if status is Status.DISCLOSED:
                    offset, part = next(parts)
                    part_at = offset + len(part) + 1
        return history

    def _summary(self, history: History) -> dict[str, Json]:
        run, dataset = history.run, history.dataset
        if run is None:
            return {"items": dataset.items, "sections": dataset.sections, "status": dataset.state}
        reading = Reading(history, self._disclosure, self._members.read_at)
        summary = views.new_summary(reading)
        for result in reading.results():
            views.count(summary, reading, result)
        state = summary.to_json(run.status, run.scorers)
        return {**state, "sealed": run.state == "sealed"}

    def _has_happened(self, moment: Moment) -> Callable[[Event], bool]:
        """What has happened by then: once the last stream has begun, all of the one before.

        A run cannot begin before its dataset, whatever their clocks say.
        """
        lines = (line for _, line in lines_in(self._members, layout.EVENTS))
        *_, begun = (read_event(line, layout.EVENTS) for line in lines if line.endswith(_FIRST))
        if moment.includes(begun):
            return lambda event: event.stream != begun.stream or moment.includes(event)
        return moment.includes


def told(event: Event) -> Sequence[tuple[str, Any]]:
    """What an event says in a history, fact by fact, most telling first."""
    order = ("item", "epoch", "attempt", "scorer", "latency_ms", "kind", "target")
    first = [(name, event.facts[name]) for name in order if name in event.facts]
    return [*first, *((n, v) for n, v in sorted(event.facts.items()) if n not in order)]
