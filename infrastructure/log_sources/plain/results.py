"""What a row of a plain file says came of its item, as members of actions.

Not here: which item and epoch, and what it scores (``scoring``).
"""

from collections.abc import Iterator
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.plain.mapping import Columns
from infrastructure.log_sources.plain.rows import Row, value_of
from infrastructure.log_sources.plain.scoring import Scoring
from infrastructure.log_sources.plain.values import NOTHING, count_of
from infrastructure.log_sources.times import occurred

_COUNTS: Final = (
    *(("latency_ms", "latency_s", 1000), ("latency_ms", "latency_ms", 1)),
    *(("tokens_in", "tokens_in", 1), ("tokens_out", "tokens_out", 1)),
)


def actions_of(
    row: Row, at: Members, item: Members, scoring: Scoring, account: Account
) -> Iterator[Members]:
    """What came of an item; nothing where the row tells nothing."""
    columns = scoring.columns
    error, response = (_value(row, columns, name) for name in ("error", "response"))
    if response in NOTHING and error in NOTHING and not scoring.given(row):
        account.note("a row without response, score and error: an item without a result", row.place)
        return
    account.found["results"] += 1
    if error not in NOTHING:
        yield from _failed(row, at, scoring, account)
        return
    part = _part(response)
    scored = [*scoring.entries(row, at, item, part, account)]
    yield {"type": "item.answered", **_facts(row, at, columns, account), "response": part}
    yield from scored


def _failed(row: Row, at: Members, scoring: Scoring, account: Account) -> Iterator[Members]:
    columns = scoring.columns
    account.found["failed attempts"] += 1
    error, response = (_value(row, columns, name) for name in ("error", "response"))
    scores = scoring.given(row)
    account.found["scores"] += len(scores)
    if scores:
        why = "a score of a failed result: kept with its error only"
        account.note(why, row.place, len(scores))
    told: Json = {"error": error, "scores": scores} if scores else error
    given: Members = {} if response in NOTHING else {"response": _part(response)}
    facts = _facts(row, at, columns, account)
    attempt = {n: v for n, v in facts.items() if not n.startswith("tokens_")}
    yield {"type": "item.attempt_failed", **attempt, "error": told, **given}
    yield {"type": "item.failed", **at, "error": error}


def _facts(row: Row, at: Members, columns: Columns, account: Account) -> Members:
    """Item and epoch, time, counts, and the request."""
    facts = {**at}
    for fact, name, factor in _COUNTS:
        column = columns.single.get(name)
        if column:
            count = count_of(value_of(row.values, column), factor, f"{row.place}, {column}")
            facts |= {} if count is None else {fact: count}
    if (time := _value(row, columns, "time")) not in NOTHING:
        claimed = occurred([{"time": time}], ["time"])
        if not claimed:
            account.note("a time that does not say its zone: in the original only", row.place)
        facts |= claimed
    request = _value(row, columns, "request")
    return facts if request in NOTHING else {**facts, "request": request}


def _part(response: Json) -> Members:
    """A text as it is, an empty one for nothing; what has parts is no text."""
    if response is None or isinstance(response, str):
        return {"text": response or ""}
    return {"text": None, "output": response}


def _value(row: Row, columns: Columns, name: str) -> Json:
    column = columns.single.get(name)
    return None if column is None else value_of(row.values, column)
