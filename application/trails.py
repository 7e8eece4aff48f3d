"""What a history does not remember of results: failed attempts, earlier scores, annotations.

A trail is a list of places for each result, 24 bytes a place. Not here: what stands there.
"""

from array import array
from collections.abc import Sequence
from typing import Any, Final

from domain.bundle.history import History, Place
from domain.evaluation.events import Event
from domain.evaluation.results import SparseTable

_BOUNDARIES: Final = frozenset({"run.started", "run.completed", "run.failed", "run.canceled"})


class Trail:
    """Places of events about results, in the order in which they came."""

    def __init__(self) -> None:
        self._last = SparseTable()
        self._events, self._parts, self._before = (array("Q") for _ in range(3))

    def add(self, epoch: int, item: int, place: Place) -> None:
        """Add the next one; epoch 0 is for all of them."""
        self._events.append(place.event)
        self._parts.append(place.part)
        self._before.append(self._last.get(epoch, item))
        self._last.put(epoch, item, len(self._before))

    def of(self, epoch: int, item: int) -> Sequence[Place]:
        """All of a result."""
        found, at = list[Place](), self._last.get(epoch, item)
        while at:
            found.append(Place(self._events[at - 1], self._parts[at - 1]))
            at = self._before[at - 1]
        return found[::-1]


class Trails:
    """The trails of a run, and the places of what happened to it as a whole."""

    def __init__(self) -> None:
        self.attempts, self.annotations = Trail(), Trail()
        self.earlier: dict[int, Trail] = {}
        self.whole: list[Place] = []
        """Annotations of the run itself."""
        self.boundaries: dict[str, Place] = {}
        """Where it started and where it ended, by type."""
        self.superseded_by = ""

    def note(self, history: History, event: Event, place: Place) -> None:
        """Take note of an event before the history takes it in."""
        facts, kind = event.facts, event.type
        if kind == "item.attempt_failed":
            self.attempts.add(facts["epoch"], facts["item"], place)
        elif kind == "score.revised":
            self._revised(history, facts)
        elif kind == "run.annotated":
            self._annotated(facts, place)
        elif kind in _BOUNDARIES:
            self.boundaries[kind] = place
        elif kind == "run.superseded":
            self.superseded_by = facts["by"]

    def _revised(self, history: History, facts: Any) -> None:
        scorer, epoch, item = facts["scorer"], facts["epoch"], facts["item"]
        places = history.scores.get(scorer)
        if places and (before := places.get(epoch, item)):
            self.earlier.setdefault(scorer, Trail()).add(epoch, item, before)

    def _annotated(self, facts: Any, place: Place) -> None:
        if "item" in facts:
            self.annotations.add(facts.get("epoch", 0), facts["item"], place)
        else:
            self.whole.append(place)
