"""What the archive adds to an action: indexes, counts, roots, trial numbers, deterministic scores.

Not here: versions, times, ids and salts, which every event gets (``batch``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from hashlib import sha256
from typing import Any, Final, cast

from application.actions import Action
from application.ports import EventStore, StreamKey
from application.stored import StoredEvents
from application.stream_state import StreamState, no_chunks, read_state
from domain.canonical import Json, encode
from domain.errors import InvalidInput, NotFound, Refused, shown
from domain.evaluation import results
from domain.evaluation.config import Scorer, scorers_of
from domain.evaluation.dataset import Dataset
from domain.evaluation.events import TYPES
from domain.evaluation.items import section_name
from domain.evaluation.run import Run
from domain.evaluation.scoring import (
    NotRecomputable,
    ScoredItem,
    is_recomputable,
    needs,
    score,
    text_of,
)
from domain.syntax import MAX_SECTIONS, is_index

ON_RESULT: Final = frozenset(
    {"item.attempt_failed", "item.answered", "item.scored", "item.failed", "score.revised"}
)


class Completing:
    """Completes the actions of one stream at a time."""

    def __init__(self, store: EventStore, events: StoredEvents, origin: str) -> None:
        self._store, self._events, self._origin = store, events, origin
        self._items: dict[str, int] = {}
        self._versions: dict[int, int] = {}
        self._scorers: dict[str, Sequence[Scorer]] = {}
        self.unscored = 0

    def forget(self, stream: str) -> None:
        """Read the stream's scorers anew: what they were read from may not have been stored."""
        self._scorers.pop(stream, None)

    def prepare(self, state: StreamState, actions: Sequence[Action]) -> None:
        """Look up, at once, what these actions will need."""
        self.unscored = 0
        run = state.subject
        if not isinstance(run, Run):
            outside = [_outside_id(a) for a in actions if a.type == "dataset.item_added"]
            key = StreamKey(self._origin, state.head.stream)
            self._items = dict.fromkeys(self._store.items_by_outside(key, outside), -1)
            return
        named = {a.facts["item"] for a in actions if isinstance(a.facts.get("item"), str)}
        key = self._dataset_of(run, actions)
        found = self._store.items_by_outside(key, sorted(named))
        self._items = {name: item.item for name, item in found.items()}
        self._versions = {item.item: item.version for item in found.values()}
        indexes = {a.facts["item"] for a in actions if a.score and is_index(a.facts.get("item"))}
        if indexes:
            self._versions |= self._store.item_versions(key, sorted(indexes))

    def _dataset_of(self, run: Run, actions: Sequence[Action]) -> StreamKey:
        """The dataset of a run, which may be about to begin with these actions."""
        if run.state == "new" and actions and actions[0].type == "run.registered":
            return self._find_dataset(actions[0])
        return _dataset_key(run)

    def complete(self, given: Action, state: StreamState) -> Iterator[Action]:
        """Yield the action with all its facts, and those that follow from it.

        Raises:
            InvalidInput, Refused: naming the action's place, when what it names is not there.
        """
        action = self.resolved(given, state)
        if complete := _COMPLETE.get(action.type):
            complete(self, action, state)
        yield action
        if action.type == "run.registered":  # it is checked now, and may be stored later
            self._scorers[state.head.stream] = scorers_of(action.parts["config"])
        if action.score:
            yield from self._scores(action, state)

    def resolved(self, given: Action, state: StreamState) -> Action:
        """A copy of the action that names item and scorer by their numbers.

        Raises:
            InvalidInput: when such an action cannot stand in this stream.
            NotFound: when there is no item or scorer of that name.
        """
        stream = state.head.stream
        allowed = TYPES[given.type].streams
        if stream.partition("/")[0] not in allowed:
            raise InvalidInput(f"{given.place}, type", f"one for {stream}", given.type)
        action = given.copy()
        item, scorer = action.facts.get("item"), action.facts.get("scorer")
        if isinstance(item, str):
            if item not in self._items:
                raise NotFound(f"{action.place}, item", "an item of the dataset", shown(item))
            action.facts["item"] = self._items[item]
        if isinstance(scorer, str):
            action.facts["scorer"] = self._scorer_named(scorer, action, stream)
        return action

    def _add(self, action: Action, state: StreamState) -> None:
        outside = _outside_id(action)
        if outside in self._items:
            raise Refused(
                action.place, "an id that no other item has", outside, "Give each item its own id."
            )
        self._items[outside] = -1
        dataset = cast("Dataset", state.subject)
        section = state.section(section_name(cast("dict[str, Json]", action.parts["item"])))
        if section == MAX_SECTIONS:
            expected, remedy = f"at most {MAX_SECTIONS:,} sections", "Put what is finer into meta."
            raise Refused(action.place, expected, "one more", remedy)
        action.facts.update(item=dataset.items, section=section)

    def _freeze(self, action: Action, state: StreamState) -> None:
        dataset = cast("Dataset", state.subject)
        action.facts.update(items=dataset.items, items_root=dataset.tree.root().hex())

    def _seal(self, action: Action, state: StreamState) -> None:
        tree = state.head.tree
        action.facts.update(size=tree.size, root=tree.root().hex())

    def _register(self, action: Action, state: StreamState) -> None:
        key = self._find_dataset(action)
        stored = self._store.state(key)
        dataset = cast("Dataset", read_state(key.stream, stored, no_chunks).subject)
        if not dataset.root:
            remedy = "Freeze it first: record dataset.frozen."
            raise Refused(
                action.place, "a dataset that is frozen", f"one that is {dataset.state}", remedy
            )
        config = action.parts.get("config")
        members = config if isinstance(config, dict) else {}
        named = key.stream if key.origin == self._origin else f"{key.origin} {key.stream}"
        trial, same = self._store.count_trial(
            _key_of([named, members.get("provider"), members.get("model")]),
            _key_of([named, members]),
            state.head.stream,
        )
        scorers = members.get("scorers")
        action.facts.update(
            dataset=key.stream.removeprefix("dataset/"),
            dataset_origin=key.origin,
            items=dataset.items,
            items_root=dataset.root,
            scorers=len(scorers) if isinstance(scorers, list) else 0,
            trial=trial,
            same_config=same,
        )

    def _find_dataset(self, action: Action) -> StreamKey:
        stream = f"dataset/{action.facts.get('dataset', '')}"
        if origin := action.facts.get("dataset_origin"):  # from whoever knows which one is meant
            return StreamKey(origin, stream)
        found = [key for key in self._store.streams() if key.stream == stream]
        found.sort(key=lambda key: key.origin != self._origin)
        if not found:
            raise NotFound(action.place, "a dataset that the archive holds", stream)
        return found[0]

    def _plan(self, action: Action, state: StreamState) -> None:
        items = cast("Run", state.subject).items
        defaults: dict[str, Any] = {
            "epochs": 1,
            "plan_source": "recorder",
            "ranges": [[0, items - 1]],
        }
        action.facts = defaults | action.facts

    def _on_result(self, action: Action, state: StreamState) -> None:
        facts, run = action.facts, cast("Run", state.subject)
        facts.setdefault("epoch", 1)
        if "attempt" in TYPES[action.type].facts and is_index(facts["item"]):
            bits = run.results.get(facts["epoch"], facts["item"])
            facts.setdefault("attempt", results.unpack(bits).attempts + 1)

    def _scorer_named(self, name: str, action: Action, stream: str) -> int:
        names = [scorer.name for scorer in self._scorers_of(stream)]
        if name not in names:
            raise NotFound(f"{action.place}, scorer", f"one of {', '.join(names) or 'none'}", name)
        return names.index(name)

    def _scorers_of(self, stream: str) -> Sequence[Scorer]:
        if stream not in self._scorers:
            self._scorers[stream] = scorers_of(self._stored_config(stream))
        return self._scorers[stream]

    def _stored_config(self, stream: str) -> Json:
        try:
            return self._events.at(StreamKey(self._origin, stream), 1).value("config")
        except NotFound:  # what is wrong with a run that has not begun is told elsewhere
            return None

    def _scores(self, answered: Action, state: StreamState) -> Iterator[Action]:
        text = text_of(answered.parts["response"])
        item, epoch = answered.facts["item"], answered.facts["epoch"]
        for number, scorer in enumerate(self._scorers_of(state.head.stream)):
            if not is_recomputable(scorer.method):
                continue
            try:
                row = self._scored_item(cast("Run", state.subject), item, needs(scorer.method))
                value, extracted = score(scorer.method, scorer.parameters, text, row)
            except NotRecomputable:
                self.unscored += 1
                continue
            facts = {"item": item, "epoch": epoch, "scorer": number}
            parts: dict[str, Json] = {"score": {"extracted": extracted, "value": value}}
            yield Action("item.scored", facts, parts, place=answered.place)

    def _scored_item(self, run: Run, item: int, needed: Set[str]) -> ScoredItem:
        """The item as far as it is needed, and the rest of it where it costs nothing."""
        kinds = ("item", "question", "answer")
        if needed.isdisjoint(kinds):
            return ScoredItem.of(None, None, None)
        key, version = _dataset_key(run), self._versions.get(item)
        if version is None:  # the run has that many items, and a mirror may withhold this one
            raise NotRecomputable("the item is withheld or erased")
        if found := self._events.values(key, version, kinds):
            return ScoredItem.of(*found)
        stored = self._events.at(key, version)
        if not needed - {"response"} <= stored.parts.keys():
            raise NotRecomputable("the item is withheld or erased")
        return ScoredItem.of(*map(stored.value, kinds))


def _dataset_key(run: Run) -> StreamKey:
    return StreamKey(run.dataset_origin, f"dataset/{run.dataset}")


def _key_of(value: list[Json]) -> str:
    return sha256(encode(value)).hexdigest()


def _outside_id(action: Action) -> str:
    item = action.parts["item"]
    outside = item.get("id") if isinstance(item, dict) else None
    if not isinstance(outside, str):
        raise InvalidInput(f"{action.place}, item, id", "a string", shown(outside))
    return outside


_COMPLETE: Mapping[str, Callable[[Completing, Action, StreamState], None]] = {
    **dict.fromkeys(ON_RESULT, Completing._on_result),
    "dataset.item_added": Completing._add,
    "dataset.frozen": Completing._freeze,
    "run.registered": Completing._register,
    "run.planned": Completing._plan,
    "stream.sealed": Completing._seal,
}
