"""The results of an eval_752 export: a record of ``results.jsonl`` as what happened to an item.

The schema of records is not documented: what is looked for is a table, the first name that holds
something wins, and all that is not recognised stays in a part. Not here: which items there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from application.log_source import Account
from domain.canonical import MAX_INTEGER, Json
from domain.errors import InvalidInput, shown
from domain.syntax import MAX_ATTEMPTS, MAX_EPOCHS
from infrastructure.log_sources.json_values import is_number
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.times import occurred

_ITEM: Final = ("item_id", "item", "id")
_RESPONSE: Final = ("response", "output", "text", "completion", "prediction")
_TEXT: Final = ("text", "content", "output")
_ERROR: Final = ("error", "error_message", "error_details")
_SCORE: Final = ("score", "value")
_TIMES: Final = ("finished_at", "completed_at", "timestamp", "created_at")
_REQUEST: Final = (
    *("request", "prompt", "messages", "input", "inputs", "question", "choices", "item"),
)
"""What was sent, and copies of the question: all that must be withheld with it."""
_FACTS: Final[Mapping[str, Sequence[tuple[str, int]]]] = {
    "latency_ms": (("latency_ms", 1), ("latency_s", 1000), ("latency_seconds", 1000)),
    "tokens_in": (("tokens_in", 1), ("input_tokens", 1), ("prompt_tokens", 1)),
    "tokens_out": (("tokens_out", 1), ("output_tokens", 1), ("completion_tokens", 1)),
}
_FAILED: Final = frozenset({"failed", "error", "errored"})
_EMPTY: Final[Sequence[Json]] = (None, "", [], {}, False)


def take_item(record: Members) -> Json:
    """Take the reference to its item out of a record; None where there is none."""
    for name in _ITEM:
        value = record.get(name)
        if isinstance(value, dict):
            return value.get("id")
        if isinstance(value, str) or (isinstance(value, int) and name != "item"):
            return record.pop(name)
    return None


def take_epoch(record: Members, place: str) -> int:
    """Take the epoch out of a record; 1 where there is none.

    Raises:
        InvalidInput: when it is no epoch.
    """
    epoch = record.pop("epoch", None)
    if epoch is None:
        return 1
    if not isinstance(epoch, int) or isinstance(epoch, bool) or not 1 <= epoch <= MAX_EPOCHS:
        raise InvalidInput(f"{place}, epoch", f"1 to {MAX_EPOCHS:,}", shown(epoch))
    return epoch


def actions_of(record: Members, at: Members, place: str, account: Account) -> Iterator[Members]:
    """What a record says of its item, as members of actions; ``at`` are item and epoch.

    The record is taken apart on the way.
    """
    when = occurred([record], _TIMES)
    response, attempts = _take(record, _RESPONSE), _take_attempts(record)
    account.found["failed attempts"] += len(attempts)
    if _has_failed(record, response):
        account.found["failed attempts"] += not attempts
        _note_failure(record, place, account)
        yield from _failed(record, response, attempts, at, when)
        return
    for attempt in attempts:
        yield _attempt(attempt, at)
    score = _take_score(record, place, account)
    if response is None and score is None:
        account.note("a result without response, score and error: an annotation", place)
        yield {"type": "run.annotated", **at, "annotation": record}
        return
    yield _answered(record, response, {**at, **when}, place, account)
    if score is not None:
        yield {"type": "item.scored", **at, "scorer": 0, "score": score}


def _answered(
    record: Members, response: Json, at: Members, place: str, account: Account
) -> Members:
    facts, request = _facts(record, *_FACTS), _take_request(record)
    part = _response(response)
    if part["text"] is None:
        account.note("a response without a text: null", place)
    if record.get("latency") is not None:
        account.note("a latency that names no unit: kept in the response only", place)
    if record:
        part["result"] = record
    return {"type": "item.answered", **at, **facts, **request, "response": part}


def _failed(
    record: Members, response: Json, attempts: Sequence[Members], at: Members, when: Members
) -> Iterator[Members]:
    """A failed result; where it lists no failed attempts, it is one itself."""
    told = (record[name] for name in _ERROR if record.get(name) not in _EMPTY)
    error = next(told, record.get("status"))
    *earlier, last = attempts or [record]
    for attempt in earlier:
        yield _attempt(attempt, at)
    given: Members = {} if response is None else {"response": _response(response)}
    yield {**_attempt(last, at), **_take_request(record), **given}
    yield {"type": "item.failed", **at, **when, "error": record if attempts else error}


def _attempt(record: Members, at: Members) -> Members:
    facts, request = _facts(record, "latency_ms"), _take_request(record)
    return {"type": "item.attempt_failed", **at, **facts, **request, "error": record}


def _take(record: Members, names: Sequence[str]) -> Json:
    """Take out the first member of these names that is not null."""
    name = next((name for name in names if record.get(name) is not None), None)
    return None if name is None else record.pop(name)


def _take_request(record: Members) -> Members:
    found: Members = {name: record.pop(name) for name in _REQUEST if record.get(name) is not None}
    return {"request": found} if found else {}


def _take_attempts(record: Members) -> Sequence[Members]:
    """Take out failed attempts that the record lists one by one, each with its error."""
    listed = record.get("attempts")
    if not isinstance(listed, list) or not 0 < len(listed) < MAX_ATTEMPTS:
        return []
    failed = [attempt for attempt in listed if isinstance(attempt, dict) and _has_error(attempt)]
    if len(failed) < len(listed) - 1 or failed != listed[: len(failed)]:
        return []
    del listed[: len(failed)]
    if not listed:
        del record["attempts"]
    return failed


def _take_score(record: Members, place: str, account: Account) -> Members | None:
    name = next((name for name in _SCORE if record.get(name) is not None), None)
    if name is None:
        return None
    account.found["scores"] += 1
    score = record[name]
    members: Members = {**score} if isinstance(score, dict) else {"value": score}
    value = _take(members, ("value", "score"))
    if isinstance(value, bool):
        account.note("a score of true or false: 1 or 0", place)
        value = int(value)
    if not is_number(value):
        account.note("a score that is no number: kept in the response only", place)
        return None
    del record[name]
    return {**members, "value": value}


def _note_failure(record: Members, place: str, account: Account) -> None:
    if any(record.get(name) is not None for name in _SCORE):
        account.found["scores"] += 1
        account.note("a score of a failed result: kept with its error only", place)


def _has_failed(record: Members, response: Json) -> bool:
    status = record.get("status")
    said = isinstance(status, str) and status.lower() in _FAILED
    return said or (response is None and _has_error(record))


def _has_error(record: Members) -> bool:
    return any(record.get(name) not in _EMPTY for name in _ERROR)


def _response(response: Json) -> Members:
    """The part: the text, and what else came back."""
    if response is None or isinstance(response, str):
        return {"text": response}
    if not isinstance(response, dict):
        return {"text": None, "response": response}
    rest = {**response}
    name = next((name for name in _TEXT if isinstance(rest.get(name), str)), None)
    text = None if name is None else rest.pop(name)
    return {"text": text, "response": rest} if rest else {"text": text}


def _facts(record: Members, *facts: str) -> Members:
    """Whole numbers for the envelope; what says no more than the fact is taken out."""
    found: Members = {}
    for fact in facts:
        for name, factor in _FACTS[fact]:
            value = record.get(name)
            if is_number(value) and 0 <= value * factor <= MAX_INTEGER:
                found[fact] = round(value * factor)
                if (name, found[fact]) == (fact, value):
                    del record[name]
                break
    return found
