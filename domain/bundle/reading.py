"""Reads content again by the places that a history remembers: items, answers, scores, in any order.

Not here: checks. What is read here has been walked, and its digests compared, before.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar, cast

from domain.bundle import layout
from domain.bundle.disclosure import Disclosure, Status
from domain.bundle.history import History, Place
from domain.bundle.lines import LineReader
from domain.bundle.parts import values_of
from domain.canonical import Json, reread

ReadAt = Callable[[str, int, int], bytes]
_Role = TypeVar("_Role", int, str)


class Content(NamedTuple):
    """An event read again; ``texts`` are values as canonical JSON, or markers for undisclosed.

    ``values`` are those that were read from their texts already; ``actor`` is who acted.
    """

    type: str
    at: str
    facts: Mapping[str, Any]
    texts: Mapping[str, bytes]
    undisclosed: Set[str]
    values: dict[str, Json]
    actor: str = ""

    def text(self, kind: str) -> bytes | None:
        """The value or marker as canonical JSON; None where the event has no such part."""
        return self.texts.get(kind)

    def value(self, kind: str) -> Json:
        """The disclosed value, not to be changed; None where there is none."""
        if kind in self.values:
            return self.values[kind]
        text = self.texts.get(kind)
        value = None if text is None or kind in self.undisclosed else reread(text)
        self.values[kind] = value
        return value


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
    def has_failed(self) -> bool:
        """Whether it failed explicitly, and so has neither response nor scores."""
        return self.outcome is not None and self.outcome.type == "item.failed"

    @property
    def is_inspectable(self) -> bool:
        """Whether request, response and every score can be read, or the error of what failed."""
        if self.outcome is None or self.outcome.undisclosed:
            return False
        needed = _FAILURE if self.has_failed else _ANSWER
        if any(score.undisclosed for score in self.scores.values()):
            return False
        return needed <= self.outcome.texts.keys()


_ANSWER: Final = frozenset({"request", "response"})
_FAILURE: Final = frozenset({"error"})


class _Shelf:
    """Readers for events of one role, so that each finds its next line in its own window."""

    def __init__(self, read_at: ReadAt) -> None:
        self.event = LineReader(partial(read_at, layout.EVENTS)).line
        self.parts = LineReader(partial(read_at, layout.PARTS)).lines


class Reading:
    """A history with its content at hand."""

    def __init__(self, history: History, disclosure: Disclosure, read_at: ReadAt) -> None:
        self.history = history
        self._disclosure = disclosure
        self._read_at = read_at
        self._registered, self._items, self._outcomes = (_Shelf(read_at) for _ in range(3))
        self._scores: dict[int, _Shelf] = {}
        self._others: dict[str, _Shelf] = {}

    def at(self, place: Place, role: str) -> Content:
        """Any other event, by its place; those of one role are best asked for in their order."""
        return self._load(self._shelf(self._others, role), place)

    def registered(self, event_type: str) -> Content | None:
        """The registration of the dataset or of the run."""
        place = self.history.registered.get(event_type)
        return self._load(self._registered, place) if place else None

    def row(self, item: int) -> Content:
        """The event that added an item."""
        return self._load(self._items, self.history.item(item))

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
            outcome = self._load(self._outcomes, place) if place else None
            yield Result(item, epoch, bits, row, outcome, self._scores_of(epoch, item))

    def _scores_of(self, epoch: int, item: int) -> dict[int, Content]:
        found: dict[int, Content] = {}
        for scorer, places in self.history.scores.items():
            if place := places.get(epoch, item):
                found[scorer] = self._load(self._shelf(self._scores, scorer), place)
        return found

    def _shelf(self, shelves: dict[_Role, _Shelf], role: _Role) -> _Shelf:
        return shelves.get(role) or shelves.setdefault(role, _Shelf(self._read_at))

    def _load(self, shelf: _Shelf, place: Place) -> Content:
        members = cast("dict[str, Any]", reread(shelf.event(place.event)))
        parts: dict[str, str] = members["parts"]
        undisclosed = self._disclosure.undisclosed(members["stream"], members["version"])
        hidden = parts.keys() & undisclosed.keys() if undisclosed else _NONE
        values = values_of(shelf.parts(place.part, len(parts) - len(hidden)))
        if hidden:
            texts = _with_markers(parts, undisclosed, values)
        else:
            texts = dict(zip(parts, values, strict=True))
        told = (members["type"], members["at"], members["facts"])
        return Content(*told, texts, hidden, {}, members["actor"])


def _with_markers(
    parts: Mapping[str, str], undisclosed: Mapping[str, Status], values: Iterable[bytes]
) -> dict[str, bytes]:
    rest = iter(values)
    return {
        kind: b'{"%b":"%b"}' % (undisclosed[kind].marker.encode(), digest.encode())
        if kind in undisclosed
        else next(rest)
        for kind, digest in parts.items()
    }


_NONE: Final = frozenset[str]()
