"""All that an archive holds of one result: question, attempts, scores, and where each stands.

The read models say which events, the store what is in them. Not here: how it is shown, and checks;
a score is recomputed only to say whether it is the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, cast

from application.log_coverage import ReadEvent
from application.ports import EventStore, StreamKey
from application.read_model import ReadModel, ResultDetail, ResultRow, ScoreRow
from application.result_compared import Compared, differences
from application.rows import Held
from application.stored import StoredEvent, StoredEvents, events_of
from application.stream_state import read_state
from domain.canonical import Json, encode
from domain.errors import REBUILD, NotFound, TablesDiffer
from domain.evaluation import results
from domain.evaluation.config import Scorer, scorers_of
from domain.evaluation.run import Run
from domain.evaluation.scoring import (
    NotRecomputable,
    ScoredItem,
    is_recomputable,
    needs,
    score,
    text_of,
)
from domain.syntax import is_printed_index
from domain.transparency.merkle import leaf_hash


class PartDetail(NamedTuple):
    """A part: ``status`` is disclosed, withheld, erased, or missing (lost); only then a value."""

    kind: str
    digest: str
    status: str
    value: Json


class EventDetail(NamedTuple):
    """An event with its parts; ``leaf`` is its leaf hash in the stream's tree."""

    stream: str
    version: int
    type: str
    at: str
    actor: str
    id: str
    leaf: str
    facts: Mapping[str, Any]
    parts: Sequence[PartDetail]

    def value(self, kind: str) -> Json:
        """The value of a disclosed part; None where there is none."""
        return next((part.value for part in self.parts if part.kind == kind), None)

    def has(self, *kinds: str) -> bool:
        """Whether all of these are disclosed."""
        return {*kinds} <= {part.kind for part in self.parts if part.status == "disclosed"}


class ScoreDetail(NamedTuple):
    """A score; ``until`` is the version that revised it; ``basis`` says what it rests on."""

    scorer: int
    name: str
    method: str
    until: int | None
    basis: str
    event: EventDetail


class ItemDetail(NamedTuple):
    """One result of a run; ``question`` is the event of the dataset that added the item."""

    result: ResultRow
    question: EventDetail
    attempts: Sequence[EventDetail]
    scores: Sequence[ScoreDetail]
    annotations: Sequence[EventDetail]


class ItemDetails:
    """Gathers what there is of items and results.

    ``read`` are the events that it has read so far, to be compared with the log; ``differing`` is
    what the tables say otherwise than the events, to be told before anything that they say.
    """

    def __init__(self, store: EventStore, read_model: ReadModel, origin: str) -> None:
        self._store, self._read_model, self._origin = store, read_model, origin
        self._events = StoredEvents(store)
        self.read: list[ReadEvent] = []
        self.differing: list[TablesDiffer] = []

    def index_of(self, dataset: StreamKey, item: str) -> int:
        """The index of an item by its outside id, or else by its digits.

        Raises:
            NotFound: when the dataset has no such item.
        """
        found = self._store.items_by_outside(dataset, [item]).get(item)
        if found:
            return found.item
        if is_printed_index(item):
            return int(item)
        raise _no_item(dataset, item)

    def item(self, dataset: StreamKey, item: int) -> EventDetail:
        """The event that added an item.

        Raises:
            NotFound: when there is no such item.
        """
        version = self._store.item_versions(dataset, [item]).get(item)
        version = version or self._version_of_withheld(dataset, item)
        return self.events(dataset, [version])[0]

    def result(self, run: StreamKey, item: int, epoch: int) -> ItemDetail:
        """One result.

        Raises:
            NotFound: when it is neither planned nor has an event.
        """
        found = self.rows(run, item, epoch)
        question = self.item(self._read_model.run(run).dataset, item)
        attempts = self.events(run, [attempt.version for attempt in found.attempts])
        return ItemDetail(
            found.result,
            question,
            attempts,
            [*self._scores(run, found.scores, question, attempts)],
            self.events(run, found.annotations),
        )

    def rows(self, run: StreamKey, item: int, epoch: int) -> ResultDetail:
        """The rows of a result, compared with its events and with what was counted of it.

        What differs is added to ``differing``.

        Raises:
            NotFound: when there is no such result.
            TablesDiffer: when they cannot even be read beside each other.
        """
        version = self._read_model.version(run)
        try:
            found = self._read_model.result(run, item, epoch)
            attempts = [(row, self._events.at(run, row.version)) for row in found.attempts]
            scores = [(row, self._events.at(run, row.version)) for row in found.scores]
        except NotFound as problem:
            if (counted := self._counted(run, item, epoch, version)) and any(counted):
                place = f"{run.stream}, tables, item {item}, epoch {epoch}"
                raise TablesDiffer(place, "a result", problem.found, REBUILD) from problem
            raise
        counted = self._counted(run, item, epoch, version)
        self.differing += differences(run, Compared(found.result, attempts, scores, counted))
        return found

    def _counted(
        self, run: StreamKey, item: int, epoch: int, version: int
    ) -> results.Result | None:
        """What was counted of a result as it was recorded; None where the run has moved on.

        Of mirrors nothing is: who takes them in records no results.
        """
        if run.origin != self._origin:
            return None
        state = read_state(run.stream, self._store.state(run), partial(self._store.chunk, run))
        counted = results.unpack(cast("Run", state.subject).results.get(epoch, item))
        return counted if self._store.version(run) == version else None

    def events(self, key: StreamKey, versions: Sequence[int]) -> list[EventDetail]:
        """Events of a stream with their parts."""
        left_out = self._read_model.left_out(key, versions)
        absent = "missing" if key.origin == self._origin else "withheld"
        details: list[EventDetail] = []
        for version in versions:
            stored = self._at(key, version)
            marked = {part.kind: held for part, held in left_out.items() if part.version == version}
            shown = {kind: line for kind, line in stored.parts.items() if kind not in marked}
            status = {kind: _STATUS.get(held, absent) for kind, held in marked.items()}
            details.append(_event(stored._replace(parts=shown), status, absent))
        return details

    def _at(self, key: StreamKey, version: int) -> StoredEvent:
        stored = self._events.at(key, version)
        self.read.append(ReadEvent(key, version, leaf_hash(stored.line).hex()))
        return stored

    def _version_of_withheld(self, dataset: StreamKey, item: int) -> int:
        """Look through the dataset, as items are looked up by the content of their parts."""
        for page in self._store.pages(dataset):
            for stored in events_of(page):
                if stored.event.facts.get("item") == item:
                    return stored.event.version
        raise _no_item(dataset, str(item))

    def _scores(
        self,
        run: StreamKey,
        rows: Sequence[ScoreRow],
        question: EventDetail,
        attempts: Sequence[EventDetail],
    ) -> Iterator[ScoreDetail]:
        scorers = scorers_of(self._at(run, 1).value("config"))
        answered = next((a for a in attempts if a.type == "item.answered"), None)
        for row, event in zip(rows, self.events(run, [r.version for r in rows]), strict=True):
            scorer = scorers[row.scorer] if row.scorer < len(scorers) else Scorer("", "", {})
            basis = _basis(scorer, event, question, answered)
            yield ScoreDetail(row.scorer, scorer.name, scorer.method, row.until, basis, event)


_STATUS: Final = {Held.ERASED: "erased", Held.WITHHELD: "withheld"}


def _no_item(dataset: StreamKey, item: str) -> NotFound:
    return NotFound("item", f"an item of {dataset.stream}", ascii(item[:80]))


def _event(stored: StoredEvent, status: Mapping[str, str], absent: str) -> EventDetail:
    event = stored.event
    parts = [
        PartDetail(kind, digest, "disclosed", stored.value(kind))
        if kind in stored.parts
        else PartDetail(kind, digest, status.get(kind, absent), None)
        for kind, digest in sorted(event.parts.items())
    ]
    leaf = leaf_hash(stored.line).hex()
    told = (event.stream, event.version, event.type, event.at, event.actor, event.id, leaf)
    return EventDetail(*told, event.facts, parts)


def _basis(
    scorer: Scorer, event: EventDetail, question: EventDetail, answered: EventDetail | None
) -> str:
    if not scorer.method:
        return "the run's config is not disclosed"
    if not is_recomputable(scorer.method):
        return "judged, not recomputable" if scorer.method == "judge" else "computed elsewhere"
    if event.type == "score.revised":
        return "revised by hand, not recomputable"
    known = question.has(*needs(scorer.method) - {"response"}) and event.has("score")
    if answered is None or not known or not answered.has("response"):
        return "not recomputed: what it follows from is not disclosed"
    text = text_of(answered.value("response"))
    item = ScoredItem.of(*map(question.value, ("item", "question", "answer")))
    try:
        again = score(scorer.method, scorer.parameters, text, item)
    except NotRecomputable as problem:
        return f"not recomputed: {problem.reason}"
    stated = cast("dict[str, Json]", event.value("score"))
    same = encode([stated["value"], stated.get("extracted", again.extracted)]) == encode([*again])
    return "recomputed, the same" if same else f"recomputed, and it is {again.value}"
