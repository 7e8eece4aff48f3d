"""Reads content again by the places that a history remembers: items, answers, scores, in any order.

Not here: checks. What is read here has been walked, and its digests compared, before.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, NamedTuple, cast

from domain.bundle import layout
from domain.bundle.disclosure import Disclosure
from domain.bundle.history import History, Place
from domain.bundle.lines import LineReader
from domain.bundle.parts import value_of
from domain.canonical import Json, reread

ReadAt = Callable[[str, int, int], bytes]


class Content(NamedTuple):
    """An event read again; ``texts`` are values as canonical JSON, or markers for undisclosed."""

    type: str
    at: str
    facts: Mapping[str, Any]
    texts: Mapping[str, bytes]
    undisclosed: Set[str]

    def text(self, kind: str) -> bytes | None:
        """The value or marker as canonical JSON; None where the event has no such part."""
        return self.texts.get(kind)

    def value(self, kind: str) -> Json:
        """The disclosed value; None where there is none."""
        text = self.texts.get(kind)
        return None if text is None or kind in self.undisclosed else reread(text)


class Result(NamedTuple):
    """One result with all that belongs to it: its item, its outcome, its scores by scorer."""

    item: int
    epoch: int
    bits: int
    row: Content
    outcome: Content | None
    scores: Mapping[int, Content]

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts of the outcome; none while it is open."""
        return self.outcome.facts if self.outcome else dict[str, Any]()

    @property
    def is_inspectable(self) -> bool:
        """Whether request, response and every score can be read, or the error of a failure."""
        if self.outcome is None or self.outcome.undisclosed:
            return False
        needed = {"error"} if self.outcome.type == "item.failed" else {"request", "response"}
        read = all(not score.undisclosed for score in self.scores.values())
        return needed <= self.outcome.texts.keys() and read


class _Shelf:
    """Readers for events of one role, so that each finds its next line in its own window."""

    def __init__(self, read_at: ReadAt) -> None:
        self.events = LineReader(lambda at, size: read_at(layout.EVENTS, at, size))
        self.parts = LineReader(lambda at, size: read_at(layout.PARTS, at, size))


class Reading:
    """A history with its content at hand."""

    def __init__(self, history: History, disclosure: Disclosure, read_at: ReadAt) -> None:
        self.history = history
        self._disclosure = disclosure
        self._read_at = read_at
        self._shelves: dict[str, _Shelf] = {}

    def registered(self, event_type: str) -> Content | None:
        """The registration of the dataset or of the run."""
        place = self.history.registered.get(event_type)
        return self._load("registered", place) if place else None

    def row(self, item: int) -> Content:
        """The event that added an item."""
        return self._load("item", self.history.item(item))

    def results(self) -> Iterator[Result]:
        """Every result that has an event, by item, then epoch."""
        run = self.history.run
        if run is None:
            return
        at, row = -1, None
        for item, epoch in self.history.results():
            if item != at or row is None:
                at, row = item, self.row(item)
            bits = run.results.get(epoch, item)
            place = self.history.outcomes.get(epoch, item)
            outcome = self._load("outcome", place) if place else None
            yield Result(item, epoch, bits, row, outcome, self._scores(epoch, item))

    def _scores(self, epoch: int, item: int) -> dict[int, Content]:
        found: dict[int, Content] = {}
        for scorer, places in self.history.scores.items():
            if place := places.get(epoch, item):
                found[scorer] = self._load(f"score {scorer}", place)
        return found

    def _load(self, role: str, place: Place) -> Content:
        shelf = self._shelves.get(role)
        if shelf is None:
            shelf = self._shelves[role] = _Shelf(self._read_at)
        members = cast("dict[str, Any]", reread(shelf.events.line(place.event)))
        parts: dict[str, str] = members["parts"]
        undisclosed = self._disclosure.undisclosed(members["stream"], members["version"])
        hidden = parts.keys() & undisclosed.keys()
        lines = iter(shelf.parts.lines(place.part, len(parts) - len(hidden)))
        texts = {
            kind: b'{"%b":"%b"}' % (undisclosed[kind].encode(), digest.encode())
            if kind in hidden
            else value_of(next(lines))
            for kind, digest in parts.items()
        }
        return Content(members["type"], members["at"], members["facts"], texts, hidden)
