"""Random valid histories: a dataset and a run on it, as appends that every event store takes.

A function of the given source of chance alone: ``random.Random(seed)``, or what hypothesis draws by
``st.randoms()``. Not here: how a stream is put together (``stream_builder``), and what follows from
a history (``reference``).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

from application.ports import Append, Page, StreamKey
from domain.bundle.parts import digest_of
from domain.canonical import Json
from domain.evaluation import results
from domain.evaluation.dataset import Dataset
from domain.evaluation.events import FORMAT, Event, check_content, read_event, write_event
from domain.evaluation.items import section_name
from domain.evaluation.run import NEXT, Run
from tests.stream_builder import StreamBuilder

VALUES = (0, 1, 0.5, 0.1, 0.2, -2, 3, 1e300, 5e-324, 2**53 - 1, 1e20)
PROJECTS = ("main", "alpha", "beta")
_ERRORS: list[Json] = [{"kind": "timeout"}, {"code": 429}, "gave up", {"message": "slow"}]
LATENCIES = (0, 1, 7, 7, 250, 65_535, 65_536, 2**40)

Facts = dict[str, Any]


def random_history(
    chance: Random, items: int = 6, epochs: int = 2, scorers: int = 2, steps: int = 40
) -> list[Append]:
    """A dataset of so many items and a run on it in which about ``steps`` things happen."""
    origin = f"archive-{chance.randrange(16**4):04x}"
    dataset = _Dataset(chance, origin, items)
    run = _Run(chance, dataset, epochs, scorers)
    run.go(steps)
    return [*dataset.builder.appends(), *run.builder.appends()]


def interleaved(chance: Random, *histories: Sequence[Append]) -> list[Append]:
    """These histories as one, each still in its order."""
    turns = [number for number, history in enumerate(histories) for _ in history]
    chance.shuffle(turns)
    waiting = [iter(history) for history in histories]
    return [next(waiting[number]) for number in turns]


def assigned(chance: Random, keys: Sequence[StreamKey]) -> list[Append]:
    """The stream of an archive of its own that gives streams to projects, one by one."""
    key = StreamKey("archive-own", "archive")
    return [
        Append(key, number, [Page(number + 1, [_assignment(chance, key, number + 1, of)], [])], b"")
        for number, of in enumerate(keys)
    ]


def _assignment(chance: Random, key: StreamKey, version: int, of: StreamKey) -> bytes:
    facts = {"project": chance.choice(PROJECTS), "source": of.origin, "stream": of.stream}
    event = Event(
        actor=chance.choice(["claimed:local", "authenticated:t-1", "authenticated:t-2"]),
        at=f"2026-11-23T09:{version:02}:00.000000Z",
        facts=facts,
        format=FORMAT,
        id=str(UUID(int=chance.getrandbits(128), version=4)),
        origin=key.origin,
        parts={},
        stream=key.stream,
        type="archive.assigned",
        version=version,
    )
    check_content(event, event.type)
    return write_event(event)


def withholding(history: Sequence[Append], kinds: Collection[str]) -> list[Append]:
    """The history as a mirror has it that came without the parts of these kinds."""
    return [
        replace(append, pages=[_without(page, frozenset(kinds)) for page in append.pages])
        for append in history
    ]


def run_of(history: Sequence[Append]) -> StreamKey:
    """The run of a history."""
    return next(append.key for append in history if append.key.stream.startswith("run/"))


def _without(page: Page, kinds: frozenset[str]) -> Page:
    events = (read_event(line, "page") for line in page.lines)
    gone = {digest for e in events for kind, digest in e.parts.items() if kind in kinds}
    return page._replace(
        parts=[line for line in page.parts if digest_of(line) not in gone], withheld=kinds
    )


class _Dataset:
    """A frozen and sealed dataset in up to three sections."""

    def __init__(self, chance: Random, origin: str, items: int) -> None:
        self.builder = StreamBuilder(chance, origin, "dataset")
        self.items = items
        self.builder.add("dataset.registered", config={"name": f"set {self.builder.id[:4]}"})
        for number in range(items):
            self._add(number)
            if chance.random() < 0.1:
                self.builder.leave_out_any()
        root = self.subject.tree.root().hex()
        self.builder.add("dataset.frozen", {"items": items, "items_root": root})
        self.builder.seal()
        if chance.random() < 0.3:
            self.builder.leave_out_any()

    @property
    def subject(self) -> Dataset:
        assert isinstance(self.builder.state.subject, Dataset)
        return self.builder.state.subject

    def _add(self, number: int) -> None:
        chance = self.builder.chance
        section = chance.randrange(min(self.subject.sections, 2) + 1)
        named: dict[str, Json] = {"section": f"part {section}"} if section else {}
        item: dict[str, Json] = {"id": f"{self.builder.id[:4]}-q{number}", "type": "mcq_single"}
        item |= chance.choice([named, {"meta": named}])
        self.builder.state.sections.setdefault(section_name(item), section)
        question: Json = {"inputs": {"text": f"Question {number}?"}, "choices": ["A", "B"]}
        facts = {"item": number, "section": section}
        self.builder.add("dataset.item_added", facts, item=item, question=question, answer="A")


class _Run:
    """A run, the first of its kind."""

    def __init__(self, chance: Random, dataset: _Dataset, epochs: int, scorers: int) -> None:
        self.builder = StreamBuilder(chance, dataset.builder.key.origin, "run")
        self._chance, self._items, self._epochs = chance, dataset.items, epochs
        self._register(dataset, scorers)
        self._plan()

    def go(self, steps: int) -> None:
        """Start, let things happen, end or not, seal or not, and revise even then."""
        self.builder.add("run.started", self._occurred())
        for _ in range(steps):
            self._step()
        end = self._chance.choice(["", "run.completed", "run.canceled", "run.failed"])
        if end:
            self.builder.add(end, self._occurred())
        for _ in range(self._chance.randrange(6)):
            self._step()
        if self._chance.random() < 0.5:
            self.builder.seal()
            for _ in range(self._chance.randrange(6)):
                self._step()
            self.builder.seal()

    @property
    def _subject(self) -> Run:
        assert isinstance(self.builder.state.subject, Run)
        return self.builder.state.subject

    def _register(self, dataset: _Dataset, scorers: int) -> None:
        definitions: list[Json] = [
            {"method": "external", "name": f"s{number}", "parameters": {}}
            for number in range(scorers)
        ]
        config: Json = {"provider": "p", "model": "m-1", "parameters": {}, "scorers": definitions}
        facts = {
            "dataset": dataset.builder.id,
            "dataset_origin": dataset.builder.key.origin,
            "items": dataset.items,
            "items_root": dataset.subject.root,
            "same_config": 0,
            "scorers": scorers,
            "trial": 1,
        }
        self.builder.add("run.registered", facts, config=config, environment={"host": "h"})

    def _plan(self) -> None:
        """No plan, one of all items, one of some, or one in two parts that leaves an item out."""
        last = self._items - 1
        some = self._chance.randrange(self._items)
        plans = [[], [(0, last)], [(some, self._chance.randint(some, last))]]
        for first, until in self._chance.choice([*plans, [(0, some - 1), (some + 1, last)]]):
            if first <= until:
                facts = {"epochs": self._epochs, "plan_source": "recorder"}
                self.builder.add("run.planned", {**facts, "ranges": [[first, until]]})

    def _step(self) -> None:
        """Whatever may happen now, or nothing."""
        if self._chance.random() < 0.15:
            self._aside()
            return
        place = {
            "item": self._chance.randrange(self._items),
            "epoch": self._chance.randint(1, self._epochs),
        }
        state = results.unpack(self._subject.results.get(place["epoch"], place["item"]))
        if state.outcome == results.ANSWERED and self._subject.scorers:
            self._score(place, state.scored)
        elif state.outcome == results.OPEN and self._subject.state == "running":
            self._try(place, state.attempts + 1)

    def _try(self, place: Facts, attempt: int) -> None:
        take = self._chance.random
        latency = {"latency_ms": self._chance.choice(LATENCIES)} if take() < 0.8 else {}
        tokens = {"tokens_in": 3, "tokens_out": 5} if take() < 0.8 else {}
        tried = {**place, "attempt": attempt, **latency}
        match self._chance.randrange(5):
            case 0:
                self.builder.add("item.attempt_failed", tried, error={"message": "timeout"})
            case 1:
                self.builder.add("item.failed", place, error=_ERRORS[place["item"] % len(_ERRORS)])
            case _:
                parts: dict[str, Json] = {"request": "A or B?", "response": {"text": "A"}}
                self.builder.add("item.answered", {**tried, **tokens}, **parts)

    def _score(self, place: Facts, scored: int) -> None:
        scorer = self._chance.randrange(self._subject.scorers)
        kind = "score.revised" if scored >> scorer & 1 else "item.scored"
        if kind in NEXT[self._subject.state]:
            value: Json = {"value": self._chance.choice(VALUES), "extracted": "A"}
            self.builder.add(kind, {**place, "scorer": scorer}, score=value)

    def _aside(self) -> None:
        """What may happen at any time, or nearly."""
        match self._chance.randrange(6):
            case 0:
                about = self._chance.choice([{}, {"item": self._chance.randrange(self._items)}])
                self.builder.add("run.annotated", about, annotation="looked at")
            case 1:
                held = self.builder.state.head.holds
                self.builder.add("hold.released" if held else "hold.placed")
            case 2 if self._subject.state == "running":
                self.builder.add("run.failed", error="power")
                self.builder.add("run.resumed")
            case 3:
                self.builder.add("run.superseded", {"by": self.builder.id})
            case _:
                self.builder.leave_out_any()

    def _occurred(self) -> Facts:
        said = self._chance.random() < 0.5
        return {"occurred": "2025-01-01T00:00:00.000000Z"} if said else {}
