"""What a row of a promptfoo result file says came of its test, as members of actions.

Not here: which item it is about, and what its scores mean.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import MAX_INTEGER, Json
from infrastructure.log_sources.json_values import object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.promptfoo.rows import label_of, number_of, test_of
from infrastructure.log_sources.promptfoo.scorers import Scorers, scores_of

ERROR: Final = 2
"""The ``failureReason`` of a row whose provider, or whose test itself, did not work."""

_SCORES: Final = frozenset({"success", "pass", "score", "namedScores", "gradingResult"})
_PLACED: Final = frozenset({"promptIdx", "testIdx", "promptId", "provider"})
_ASKED: Final = frozenset({"prompt", "vars", "testCase"})
_EMPTY: Final[Sequence[Json]] = (None, "", [], {})


class Cell(NamedTuple):
    """A row with its place in the archive: ``at`` are item and epoch.

    ``repeats`` says that of the test itself it tells nothing new.
    """

    row: Members
    at: Members
    repeats: bool
    place: str


def has_failed(row: Mapping[str, Json]) -> bool:
    """Whether there was an error, and not just an output that did not pass."""
    reason = row.get("failureReason")
    if isinstance(reason, int):
        return reason == ERROR
    response = _response(row)
    told = row.get("error") or response.get("error")
    return bool(told) and response.get("output") is None


def actions_of(cell: Cell, scorers: Scorers, account: Account) -> Iterator[Members]:
    """What came of a test."""
    row, at, place = cell.row, cell.at, cell.place
    asked = _request(cell, account)
    if has_failed(row):
        yield from _failed(cell, asked, account)
        return
    rest = _rest(row, _SCORES)
    if row.get("error") == _reason(row):
        rest.pop("error", None)
    if row.get("latencyMs") == _latency(row).get("latency_ms"):
        rest.pop("latencyMs", None)
    part: Members = {**_part(cell, account), **({"result": rest} if rest else {})}
    facts = {**_latency(row), **_tokens(row)}
    yield {"type": "item.answered", **at, **facts, **asked, "response": part}
    for given in scores_of(row):
        yield from scorers.entries(given, at, place, account)


def _failed(cell: Cell, asked: Members, account: Account) -> Iterator[Members]:
    row, at, response = cell.row, cell.at, _response(cell.row)
    account.found["failed attempts"] += 1
    for _ in scores_of(row):
        account.found["scores"] += 1
        account.note("a score of a failed result: kept with its error only", cell.place)
    told, given = _rest(row, frozenset()), Members()
    if response.get("output") is not None:
        given = {"response": _part(cell, account)}
    elif response:
        told["response"] = response
    yield {"type": "item.attempt_failed", **at, **_latency(row), **asked, "error": told, **given}
    yield {"type": "item.failed", **at, "error": row.get("error") or response.get("error")}


def _part(cell: Cell, account: Account) -> Members:
    """The response: its output where that is text, and whatever else came back."""
    response = {**_response(cell.row)}
    output = response.pop("output", None)
    if isinstance(output, str):
        part: Members = {"text": output}
    else:
        account.note("an output that is no text: kept as it is, and no text", cell.place)
        part = {"text": None, "output": output}
    return {**part, **({"response": response} if response else {})}


def _request(cell: Cell, account: Account) -> Members:
    """The prompt as it was sent; with it, what the row says of its test that its item does not."""
    prompt = cell.row.get("prompt")
    if isinstance(prompt, dict):
        label = label_of(prompt)
        asked: Members = {
            n: v for n, v in prompt.items() if n == "raw" or v not in (label, *_EMPTY)
        }
    else:
        asked = {"template": prompt}
    if not cell.repeats:
        account.note(
            "a test that another row tells otherwise: kept in the request as well", cell.place
        )
        asked |= test_of(cell.row)
    return {"request": asked} if asked else {}


def _rest(row: Members, used: frozenset[str]) -> Members:
    gone = used | _PLACED | _ASKED | {"response"}
    return {n: v for n, v in row.items() if n not in gone and v not in _EMPTY}


def _reason(row: Members) -> Json:
    grading = row.get("gradingResult")
    return object_at(grading).get("reason") if grading else row.get("error")


def _response(row: Mapping[str, Json]) -> Members:
    return object_at(row.get("response"))


def _latency(row: Members) -> Members:
    return _count("latency_ms", row.get("latencyMs"))


def _tokens(row: Members) -> Members:
    usage = object_at(_response(row).get("tokenUsage"))
    return _count("tokens_in", usage.get("prompt")) | _count("tokens_out", usage.get("completion"))


def _count(fact: str, value: Json) -> Members:
    number = number_of(value)
    return {} if number is None or not 0 <= number <= MAX_INTEGER else {fact: round(number)}
