"""A batch of actions on the way to a stream: events of them, checked and ready to be committed.

Every event gets its version, time and id here, and every part its salt. Not here: how actions are
read (``actions``), which facts the archive adds (``completing``), and the commit (``record``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from application.actions import Action, Receipt
from application.completing import Completing
from application.erasing import check_withheld, erased_assets
from application.pages import Recorded
from application.ports import Assets, Clock, EventStore, ItemKey, PartKey, StreamKey
from application.stored import StoredEvents
from application.stream_state import StoredResults, StreamState
from domain.bundle.parts import check_shape, digest_of, salt_of, write_part
from domain.errors import Conflict, Eval752Error, InvalidInput
from domain.evaluation.config import check_config
from domain.evaluation.events import FORMAT, MAX_ENVELOPE_BYTES, Event, check_content, write_event
from domain.evaluation.run import Run


class Prepared(NamedTuple):
    """A batch that was checked and is ready to be committed; ``events`` are those that are new."""

    key: StreamKey
    receipt: Receipt
    events: Sequence[Recorded]
    state: bytes
    chunks: Mapping[tuple[int, int], bytes]
    ids: Sequence[tuple[str, int]]
    items: Sequence[ItemKey]
    assets: Sequence[tuple[str, PartKey]]
    erases: Sequence[PartKey]
    gone: Sequence[str]
    """The assets that what it erases listed."""

    @property
    def begins(self) -> bool:
        """Whether the stream begins with it."""
        return bool(self.events) and self.events[0].version == 1

    @classmethod
    def nothing(cls) -> "Prepared":
        """A batch for no stream."""
        return cls(StreamKey("", ""), Receipt("", 0, 0, 0, 0), (), b"", {}, (), (), (), (), ())


class Means(NamedTuple):
    """What a batch is made with."""

    store: EventStore
    assets: Assets
    clock: Clock
    events: StoredEvents
    completing: Completing


class Batch:
    """One batch in the making, which takes the state of its stream on."""

    def __init__(self, means: Means, key: StreamKey, state: StreamState, actor: str) -> None:
        self._means, self._key, self._state, self._actor = means, key, state, actor
        self._at = max(means.clock.now(), state.head.at)
        self._events: list[Recorded] = []
        self._kinds: dict[int, Sequence[str]] = {}
        self._ids: list[tuple[str, int]] = []
        self._items: list[ItemKey] = []
        self._assets: list[tuple[str, PartKey]] = []

    def prepare(self, actions: Sequence[Action]) -> Prepared:
        """Take in the actions."""
        means = self._means
        means.completing.prepare(self._state, actions)
        new = self._new(actions)
        gone = erased_assets(means.store, means.events, self._key, new)
        self._take(new)
        check_withheld(means.events, self._key, new, self._kinds)
        head, subject = self._state.head, self._state.subject
        erases = [action.facts for action in new if action.type == "part.erased"]
        known, unscored = len(actions) - len(new), means.completing.unscored
        return Prepared(
            key=self._key,
            receipt=Receipt(head.stream, head.version, len(self._events), known, unscored),
            events=self._events,
            state=self._state.encode(),
            chunks=_changed_chunks(subject.results) if isinstance(subject, Run) else {},
            ids=self._ids,
            items=self._items,
            assets=self._assets,
            erases=[PartKey(facts["target"], facts["kind"]) for facts in erases],
            gone=gone,
        )

    def _new(self, actions: Sequence[Action]) -> Sequence[Action]:
        """Those actions that are not known; those that are must be the same."""
        known = self._means.store.known_ids([action.id for action in actions if action.id])
        first: dict[str, Action] = {}
        new: list[Action] = []
        for action in actions:
            if action.stream not in {"", self._key.stream}:
                raise InvalidInput(f"{action.place}, stream", self._key.stream, action.stream)
            if action.id in known:
                self._check_same(action, *known[action.id])
            elif not action.id or first.setdefault(action.id, action) is action:
                new.append(action)
            elif replace(action, place="") != replace(first[action.id], place=""):
                raise _conflict(action, f"what it stands for in {first[action.id].place}")
        return new

    def _take(self, actions: Iterable[Action]) -> None:
        for action in actions:
            try:
                for complete in self._means.completing.complete(action, self._state):
                    self._add(complete)
            except Eval752Error as problem:
                raise _at_place(action, problem) from problem

    def _add(self, action: Action) -> None:
        version = self._state.head.version + 1
        kinds = sorted(action.parts)
        lines = self._part_lines(action, kinds)
        event_id = action.id or self._means.clock.event_id()
        parts = dict(zip(kinds, map(digest_of, lines), strict=True))
        origin, stream = self._key
        head = (self._actor, self._at, action.facts, FORMAT, event_id)  # in the order of fields
        event = Event(*head, origin, parts, stream, action.type, version)
        check_content(event, action.place)
        if "config" in parts:
            check_config(event, "config", action.parts["config"], action.place)
        line = write_event(event)
        if len(line) > MAX_ENVELOPE_BYTES:
            expected = f"at most {MAX_ENVELOPE_BYTES} bytes of facts"
            remedy = "Split it: a plan of many ranges is several run.planned."
            raise InvalidInput(action.place, expected, f"{len(line)} bytes", remedy)
        self._state.apply(event, line)
        self._events.append(Recorded(version, line, lines))
        self._kinds[version] = kinds
        self._note(action, version)

    def _part_lines(self, action: Action, kinds: Sequence[str]) -> list[bytes]:
        lines: list[bytes] = []
        salts = self._means.clock.salts(len(kinds)) if kinds else ()
        for kind, salt in zip(kinds, salts, strict=True):
            value, names = action.parts[kind], action.assets.get(kind, ())
            check_shape(kind, value, action.place)
            for name in names:  # it must be durable before the event that names it
                self._means.assets.size(name)
            lines.append(write_part(value, salt, names))
        return lines

    def _note(self, action: Action, version: int) -> None:
        if action.id:
            self._ids.append((action.id, version))
        if action.type == "dataset.item_added":
            item = action.parts["item"]
            assert isinstance(item, dict)
            self._items.append(ItemKey(str(item["id"]), action.facts["item"], version))
        for kind, names in action.assets.items():
            self._assets.extend((name, PartKey(version, kind)) for name in names)

    def _check_same(self, action: Action, key: StreamKey, version: int) -> None:
        if key != self._key:  # which one, only who may read it may know
            raise _conflict(action, "what it stands for in another stream")
        stored = self._means.events.at(key, version)
        resolved = self._means.completing.resolved(action, self._state)
        if not _is_same(resolved, stored.event, stored.parts):
            raise _conflict(action, f"what it stands for: version {version} of {key.stream}")


def _conflict(action: Action, expected: str) -> Conflict:
    remedy = "Give every new event an id of its own."
    return Conflict(f"{action.place}, id {action.id}", expected, "something else", remedy)


def _is_same(action: Action, event: Event, held: Mapping[str, bytes]) -> bool:
    """Compare under the stored salts; what is erased since is decided by the id alone."""
    if action.type != event.type or action.parts.keys() != event.parts.keys():
        return False
    if any(event.facts.get(name) != value for name, value in action.facts.items()):
        return False
    return all(
        write_part(action.parts[kind], salt_of(line), action.assets.get(kind, ())) == line
        for kind, line in held.items()
    )


def _changed_chunks(table: object) -> dict[tuple[int, int], bytes]:
    return table.take_dirty() if isinstance(table, StoredResults) else {}


def _at_place(action: Action, problem: Eval752Error) -> Eval752Error:
    if problem.place.startswith(action.place):
        return problem
    place = f"{action.place}: {problem.place}"
    return type(problem)(place, problem.expected, problem.found, problem.remedy)
