"""What a bundle of one item has of a dataset and a run, event by event (format, section 14).

Streams have gaps here: what may follow what is looked at within each result, and a seal ends it.
Not here: whole streams (``history``), and where the log has each event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.bundle.history import History, Place
from domain.bundle.manifest import ITEM, Counts, Manifest, StreamEnd
from domain.errors import Refused
from domain.evaluation.events import Event
from domain.evaluation.run import ON_RESULT, Run
from domain.evaluation.stream import Head, refused

NEXT: Final[Mapping[str, Mapping[str, str]]] = {
    "new": {"dataset.item_added": "asked"},
    "asked": {"run.registered": "begun"},
    "begun": {**dict.fromkeys(ON_RESULT, "begun"), "stream.sealed": "sealed"},
    "sealed": {},
}


@dataclass(slots=True)
class ItemHistory(History):
    """The events of one item, its row in the dataset first; ``last`` is the one before the next."""

    state: str = "new"
    row: Event | None = None
    registered_as: Event | None = None
    last: Event | None = None

    def item(self, item: int) -> Place:  # noqa: ARG002 - there is one item, whatever its index
        """Where the item was added."""
        return History.item(self, 0)

    def take(self, event: Event, line: bytes, place: Place) -> Refused | None:  # noqa: ARG002
        """Take in the next event, and return why it may not stand there, if it may not."""
        self.events += 1
        try:
            state = self._state_after(event)
            if event.type in ON_RESULT and self.run:
                self.run.take_result(event)
        except Refused as problem:
            return problem
        self.state, self.last = state, event
        if rule := _RULES.get(event.type):
            rule(self, event)
        self.note(event, place)
        return None

    def manifest(self, assets: int, parts: int, withheld: Sequence[str]) -> Manifest:
        """The manifest of a bundle with these events, so much content, and these kinds withheld."""
        counts = Counts(assets, self.events, 1, parts, sum(1 for _ in self.results()))
        kinds = {kind: withheld.count(kind) for kind in sorted({*withheld})}
        return Manifest(ITEM, self._streams(), counts, [], kinds, {})

    def _streams(self) -> list[StreamEnd]:
        """The dataset as the run names it, and the run as its seal does; none without a seal."""
        row, run, seal = self.row, self.run, self.last
        if self.state != "sealed" or not (row and run and seal):
            return []
        return [
            StreamEnd(row.origin, run.items_root, run.items, row.stream),
            StreamEnd(seal.origin, seal.facts["root"], seal.facts["size"], seal.stream),
        ]

    def _state_after(self, event: Event) -> str:
        state = NEXT[self.state].get(event.type)
        if state is None:
            expected = f"one of {', '.join(NEXT[self.state])}" if NEXT[self.state] else "no event"
            raise refused(event, expected, event.type)
        if event.type == "run.registered":
            self._check_dataset(event)
        elif self.registered_as and self.last:
            self._check_follows(event, self.registered_as, self.last)
        return state

    def _check_dataset(self, event: Event) -> None:
        row = self.row
        assert row
        named = (f"dataset/{event.facts['dataset']}", event.facts["dataset_origin"])
        if named != (row.stream, row.origin):
            raise refused(event, f"{row.stream} of {row.origin}", " of ".join(named))
        if row.facts["item"] >= event.facts["items"]:
            expected = f"more than {row.facts['item']} items"
            raise refused(event, expected, f"{event.facts['items']}")
        if event.version != 1:
            raise refused(event, "version 1", f"version {event.version}")

    def _check_follows(self, event: Event, registered: Event, last: Event) -> None:
        stream = (event.origin, event.stream)
        if stream != (registered.origin, registered.stream):
            raise refused(event, f"{registered.stream} of {registered.origin}", event.origin)
        if event.version <= last.version or event.at < last.at:
            raise refused(event, f"an event behind version {last.version}", f"one of {event.at}")
        if event.type == "stream.sealed" and event.facts["size"] != event.version - 1:
            raise refused(event, f"size {event.version - 1}", f"size {event.facts['size']}")
        if event.type in ON_RESULT and self.row and event.facts["item"] != self.row.facts["item"]:
            expected = f"item {self.row.facts['item']}"
            raise refused(event, expected, f"item {event.facts['item']}")

    def _ask(self, event: Event) -> None:
        self.row = event
        self.heads[event.stream] = Head(event.stream, event.origin, at=event.at)

    def _begin_run(self, event: Event) -> None:
        self.registered_as, self.run = event, Run(state="running", status="running")
        self.run.register(event)
        self.trial = event.facts["trial"], event.facts["same_config"]

    def _seal(self, event: Event) -> None:
        head = Head(event.stream, event.origin, event.version, event.at, sealed=event.version)
        self.heads[event.stream] = head


_RULES: Final = {
    "dataset.item_added": ItemHistory._ask,
    "run.registered": ItemHistory._begin_run,
    "stream.sealed": ItemHistory._seal,
}
