"""A result as the tables have it, beside its own events and what was counted as they were recorded.

The count, kept with the events of each result that was recorded here, tells of rows that the tables
leave out: outcome, attempts, by whom it is scored. Not here: reading either (``item_detail``), and
whether the events are those of the log (``log_coverage``).
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from application.ports import StreamKey
from application.rows import AttemptRow, Held, ResultRow, ScoreRow
from application.stored import StoredEvent
from domain.errors import REBUILD, TablesDiffer
from domain.evaluation import results

_OUTCOMES: Final = {
    "item.attempt_failed": "open",
    "item.answered": "answered",
    "item.failed": "failed",
}
_MEASURED: Final = ("latency_ms", "tokens_in", "tokens_out")

_Sides = Iterator[tuple[str, object, object]]
"""What, what the events say of it, and what the tables say."""


class Compared(NamedTuple):
    """Rows of a result, each with the event at its version; what was counted, where it is known."""

    row: ResultRow
    attempts: Sequence[tuple[AttemptRow, StoredEvent]]
    scores: Sequence[tuple[ScoreRow, StoredEvent]]
    counted: results.Result | None


def differences(run: StreamKey, compared: Compared) -> Iterator[TablesDiffer]:
    """What the tables say otherwise; of content, only that it is another."""
    row = compared.row
    place = f"{run.stream}, tables, item {row.item}, epoch {row.epoch}"
    for what, expected, found in _compared(compared):
        if expected != found:
            yield TablesDiffer(
                f"{place}, {what}", f"{expected}, by its events", f"{found}", REBUILD
            )


def _compared(compared: Compared) -> _Sides:
    for attempt, stored in compared.attempts:
        at, event = f"version {attempt.version}", stored.event
        yield at, _outcome(stored), _word(attempt.outcome)
        yield f"{at}, place", _place(stored), (compared.row.item, compared.row.epoch)
        yield f"{at}, attempt", event.facts.get("attempt"), attempt.attempt
        yield f"{at}, measured", _measured(stored), attempt[3:]
    yield from _of_row(compared)
    for score, stored in compared.scores:
        yield from _of_score(compared.row, score, stored)
    scores = [score for score, _ in compared.scores]
    yield "revisions", _untils(scores), [score.until for score in scores]
    if compared.counted:
        yield from _of_count(compared, compared.counted)


def _of_row(compared: Compared) -> _Sides:
    row, attempts = compared.row, compared.attempts
    ends = [each for each in attempts if each[1].event.type != "item.attempt_failed"]
    last, stored = ends[-1] if ends else (None, None)
    yield "status", _outcome(stored) if stored else "open", row.status
    yield "end", last and last.version, row.ended
    yield "attempts", sum(event.type != "item.failed" for _, (event, *_) in attempts), row.attempts
    measured = _measured(stored) if stored else (None,) * len(_MEASURED)
    yield "measured", measured, (row.latency_ms, row.tokens_in, row.tokens_out)


def _of_score(row: ResultRow, score: ScoreRow, stored: StoredEvent) -> _Sides:
    at = f"score at version {score.version}"
    yield f"{at}, place", _place(stored), (row.item, row.epoch)
    yield f"{at}, scorer", stored.event.facts.get("scorer"), score.scorer
    yield f"{at}, revised", stored.event.type == "score.revised", score.revised
    if score.held is Held.DISCLOSED and "score" in stored.parts:  # else it is lost
        stated = stored.value("score")
        same = isinstance(stated, dict) and stated.get("value") == score.value
        yield f"{at}, value", "the one stated", "the one stated" if same else "another"


def _of_count(compared: Compared, counted: results.Result) -> _Sides:
    row, bits = compared.row, range(counted.scored.bit_length())
    yield "status", _word(counted.outcome), row.status
    yield "attempts", counted.attempts, row.attempts
    scored = [scorer for scorer in bits if counted.scored >> scorer & 1]
    yield "scorers", scored, sorted({score.scorer for score, _ in compared.scores})


def _untils(scores: Sequence[ScoreRow]) -> list[int | None]:
    """Each score stands until the next one of its scorer."""
    return [
        next((each.version for each in scores[at:] if each.scorer == score.scorer), None)
        for at, score in enumerate(scores, 1)
    ]


def _outcome(stored: StoredEvent) -> str:
    return _OUTCOMES.get(stored.event.type, stored.event.type)


def _word(outcome: int) -> str:
    return dict(enumerate(results.OUTCOMES)).get(outcome, f"{outcome}")


def _place(stored: StoredEvent) -> tuple[object, object]:
    return stored.event.facts.get("item"), stored.event.facts.get("epoch")


def _measured(stored: StoredEvent) -> tuple[object, ...]:
    return tuple(stored.event.facts.get(name) for name in _MEASURED)
