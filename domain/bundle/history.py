"""The history of a bundle: its events, taken in one by one, and where each result's content is.

One walk over ``events.jsonl`` fills it; views, rescoring and completeness read from it. Not here:
checks of content, and the reading of bytes.
"""

from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from domain.errors import Refused
from domain.evaluation.dataset import Dataset
from domain.evaluation.events import Event
from domain.evaluation.plan import Plan
from domain.evaluation.results import SparseTable
from domain.evaluation.run import Run
from domain.evaluation.stream import Head

MOST_SAID: Final = 20
"""Annotations of a run whose places are kept; all are counted."""


class Place(NamedTuple):
    """Offsets of an event in ``events.jsonl`` and its first disclosed part in ``parts.jsonl``."""

    event: int
    part: int


class Places:
    """A place for each (epoch, item); about 16 bytes each."""

    def __init__(self) -> None:
        self._numbers = SparseTable()  # two of them for each item

    def put(self, epoch: int, item: int, place: Place) -> None:
        """Remember a place, instead of the one before."""
        chunk, at = self._numbers.at(epoch, 2 * item)
        chunk[at], chunk[at + 1] = place.event + 1, place.part

    def get(self, epoch: int, item: int) -> Place | None:
        """The place that was remembered last."""
        event = self._numbers.get(epoch, 2 * item)
        return Place(event - 1, self._numbers.get(epoch, 2 * item + 1)) if event else None


class SaidAt(NamedTuple):
    """An event that annotates or supersedes the run as a whole."""

    version: int
    place: Place


@dataclass(slots=True)
class SaidOfRun:
    """Where the run as a whole is annotated or superseded; of ``total`` events, the last ones.

    ``before_seal`` is the one that the first seal of the run follows at once, if one does.
    """

    total: int = 0
    last: "deque[SaidAt]" = field(default_factory=lambda: deque[SaidAt](maxlen=MOST_SAID + 2))
    superseded: SaidAt | None = None
    before_seal: SaidAt | None = None
    first_seal: int | None = None

    def take(self, event: Event, place: Place) -> None:
        """Take in an event of the run."""
        if event.type == "stream.sealed":
            self._seal(event.version)
        elif "item" not in event.facts:
            said = SaidAt(event.version, place)
            self.total += 1
            self.last.append(said)
            if event.type == "run.superseded":
                self.superseded = said

    def _seal(self, version: int) -> None:
        if self.first_seal is None:
            self.first_seal = version
            if self.last and self.last[-1].version == version - 1:
                self.before_seal = self.last[-1]


@dataclass(slots=True)
class History:
    """What is known after some events: heads and states of the two streams, plan, and places."""

    heads: dict[str, Head] = field(default_factory=dict[str, Head])
    dataset: Dataset = field(default_factory=Dataset)
    run: Run | None = None
    plan: Plan = field(default_factory=Plan)
    registered: dict[str, Place] = field(default_factory=dict[str, Place])
    outcomes: Places = field(default_factory=Places)
    scores: dict[int, Places] = field(default_factory=dict[int, Places])
    said: SaidOfRun = field(default_factory=SaidOfRun)
    run_config: str = ""
    """The digest of the run's config."""
    trial: tuple[int, int] | None = None
    """The run's number in its archive among those of its dataset and model, and how many before it
    had the same config."""
    events: int = 0
    _subjects: dict[str, Dataset | Run] = field(default_factory=dict[str, Dataset | Run])
    sections: "array[int]" = field(default_factory=lambda: array("Q"))
    _item_events: "array[int]" = field(default_factory=lambda: array("Q"))
    _item_parts: "array[int]" = field(default_factory=lambda: array("Q"))

    def take(self, event: Event, line: bytes, place: Place) -> Refused | None:
        """Take in the next event, and return why it may not stand there, if it may not.

        The event is counted and its leaf stands in its stream's tree either way; only what it does
        is left undone.
        """
        head = self.heads.get(event.stream) or self._begin(event.stream)
        self.events += 1
        try:
            head.check(event)
            self._subjects[event.stream].apply(event)
        except Refused as problem:
            holds = head.holds
            head.take(event, line)
            head.holds = holds
            return problem
        head.take(event, line)
        self.note(event, place)
        return None

    def note(self, event: Event, place: Place) -> None:
        """Remember where an event stands that was taken in."""
        if note := _NOTES.get(event.type):
            note(self, event, place)

    def item(self, item: int) -> Place:
        """Where an item was added."""
        return Place(self._item_events[item], self._item_parts[item])

    def by_section(self) -> "Sequence[array[int]]":
        """The items of each section, ascending."""
        found = [array("Q") for _ in range(self.dataset.sections)]
        for item, section in enumerate(self.sections):
            found[section].append(item)
        return found

    def results(self) -> Iterator[tuple[int, int]]:
        """(item, epoch) of each result that has an event, by item, then epoch."""
        return self.run.results.places() if self.run else iter(())

    def _begin(self, stream: str) -> Head:
        if stream.startswith("dataset/"):
            self._subjects[stream] = self.dataset
        else:
            self._subjects[stream] = self.run = self.run or Run()
        head = self.heads[stream] = Head(stream)
        return head

    def _register(self, event: Event, place: Place) -> None:
        self.registered[event.type] = place
        if event.type == "run.registered":
            self.run_config = event.parts["config"]
            self.trial = event.facts["trial"], event.facts["same_config"]

    def _plan(self, event: Event, _: Place) -> None:
        self.plan.extend(event.facts["epochs"], event.facts["ranges"])

    def _add(self, event: Event, place: Place) -> None:
        self.sections.append(event.facts["section"])
        self._item_events.append(place.event)
        self._item_parts.append(place.part)

    def _end(self, event: Event, place: Place) -> None:
        self.outcomes.put(event.facts["epoch"], event.facts["item"], place)

    def _score(self, event: Event, place: Place) -> None:
        facts = event.facts
        places = self.scores.setdefault(facts["scorer"], Places())
        places.put(facts["epoch"], facts["item"], place)

    def _say(self, event: Event, place: Place) -> None:
        if event.stream.startswith("run/"):
            self.said.take(event, place)


_NOTES: Mapping[str, Callable[[History, Event, Place], None]] = {
    "dataset.registered": History._register,
    "run.registered": History._register,
    "run.planned": History._plan,
    "dataset.item_added": History._add,
    "item.answered": History._end,
    "item.failed": History._end,
    "item.scored": History._score,
    "score.revised": History._score,
    "run.annotated": History._say,
    "run.superseded": History._say,
    "stream.sealed": History._say,
}
