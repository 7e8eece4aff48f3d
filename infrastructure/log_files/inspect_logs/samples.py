"""The samples of a log, one for each result. Not here: how they are written."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from application.whole_run import WholeResult, WholeRun
from domain.bundle.reading import Content
from domain.canonical import Json
from domain.evaluation import results
from infrastructure.log_files.inspect_logs import restored, told
from infrastructure.log_files.inspect_logs.about import with_ours
from infrastructure.log_files.inspect_logs.errors import error_of, is_whole
from infrastructure.log_files.inspect_logs.header import Header
from infrastructure.log_files.inspect_logs.ids import sample_id
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.scores import Scores, score_text
from infrastructure.log_files.inspect_logs.shown import Shown
from infrastructure.log_files.inspect_logs.transcript import transcript_of
from infrastructure.log_files.json_text import Text, Value
from infrastructure.log_files.json_text import object_of as text_object

_EMPTY: Final[Members] = {
    "attachments": {}, "metadata": {}, "model_usage": {}, "role_usage": {}, "store": {},
    "target": "",
}  # fmt: skip


class Sample(NamedTuple):
    """A sample's members, its scores, and what its metadata say besides."""

    members: Members
    scores: dict[str, Members]
    ours: Members
    events: Text

    @property
    def metadata(self) -> dict[str, Value]:
        """The metadata, with ours."""
        return with_ours(object_of(self.members["metadata"]), self.ours)

    def text(self) -> Text:
        """The sample as JSON."""
        scores = {name: score_text(score) for name, score in self.scores.items()}
        more = {"events": self.events, **({"scores": text_object(scores)} if scores else {})}
        return text_object({**self.members, **more, "metadata": text_object(self.metadata)})


class Samples:
    """Makes the samples of a run."""

    def __init__(self, whole: WholeRun, header: Header) -> None:
        self._whole, self._header = whole, header
        self._scores = Scores(header.scores, restored=header.restored)
        self._run = UUID(whole.heads[-1].stream.partition("/")[2])

    def id_of(self, item: int) -> str:
        """The id that the samples of an item have."""
        about = Shown(self._whole.asset).value(self._whole.reading.row(item), "item")
        return _sample_id(about)

    def of(self, given: WholeResult) -> Sample:
        """The sample of a result."""
        result, shown, ours = given.result, Shown(self._whole.asset), Members()
        outcome = results.unpack(result.bits).outcome
        told_by = result.outcome if outcome == results.ANSWERED else _last(given.attempts)
        request, response = (shown.value(told_by, kind) for kind in ("request", "response"))
        members = {**_EMPTY, **self._members(given, request, response, shown, ours)}
        members |= _errors(given, outcome, shown, ours)
        members |= {"id": _sample_id(shown.value(result.row, "item")), "epoch": result.epoch}
        members.setdefault("uuid", str(uuid5(self._run, f"{result.item} {result.epoch}")))
        if when := self._header.when(result.outcome):
            members.setdefault("completed_at", when)
        kept = restored.kept_scores(response) if self._header.restored else {}
        scores = self._scores.of(given.scores, kept, shown)
        if notes := [shown.value(note, "annotation") for note in given.annotations]:
            ours["annotations"] = notes
        events = transcript_of(members, self._run, self._header.model, self._header.created)
        return Sample(members, scores, ours | shown.undisclosed, events)

    def _members(
        self, given: WholeResult, request: Json, response: Json, shown: Shown, ours: Members
    ) -> Members:
        row, outcome = given.result.row, given.result.outcome
        item, question, answer = (shown.value(row, kind) for kind in ("item", "question", "answer"))
        if isinstance(item, dict) and item["id"] != _sample_id(item):
            ours["id"] = item["id"]
        if self._header.restored:
            members = restored.item_members(item, question, answer)
            return members | restored.result_members(request, response, shown)
        ours["item"] = given.result.item
        members = told.item_members(item, question, answer, ours)
        return members | told.result_members(request, response, self._header.model, outcome, ours)


def _sample_id(item: Json) -> str:
    """The id of an item, or the text that says why it is not shown."""
    return sample_id(str(item["id"])) if isinstance(item, dict) else str(item)


def _last(attempts: Sequence[Content]) -> Content | None:
    return attempts[-1] if attempts else None


def _errors(given: WholeResult, outcome: int, shown: Shown, ours: Members) -> Members:
    """The error of a failed result, and those of the attempts before its last.

    A result that is still open has the error of its last attempt, and is said to be open.
    """
    attempts = [
        shown.value(attempt, "error", f"error of attempt {number}")
        for number, attempt in enumerate(given.attempts, 1)
    ]
    last, raw = attempts[-1:], [*attempts]
    if outcome == results.FAILED:
        failure = shown.value(given.result.outcome, "error")
        raw += [failure] if last != [failure] else []
        last = [failure]
    elif outcome == results.OPEN:
        ours["status"] = "open"
    else:
        attempts, last = [*attempts, None], []
    retries: list[Json] = [error_of(error) for error in attempts[:-1]]
    if len(raw) > len(retries) + len(last) or not all(map(is_whole, raw)):
        ours["errors"] = raw
    failed: Members = {"error": error_of(last[0])} if last else {}
    if retries:
        failed["error_retries"] = retries
    return failed
