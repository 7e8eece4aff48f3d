"""Actions of a recording, made from what a caller says; each gets its id, and when it happened.

The words are those of ``docs/cli.md``. Pure but for the clock. Not here: which may follow which,
and what becomes of them: that is the service's.
"""
# ruff: noqa: PLR0913 - an action has one argument for each of its members

from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.canonical import encode
from domain.errors import InvalidInput
from domain.syntax import is_uuid
from infrastructure.clock import SystemClock

Made = Mapping[str, Any]
Item = str | int
_CLOCK: Final = SystemClock()


def new_id() -> str:
    """A new UUIDv7."""
    return _CLOCK.event_id()


def encoded(action: Made) -> bytes:
    """The line of an action.

    Raises:
        InvalidInput: when it cannot be JSON, or has no id: it could not be sent twice.
    """
    if not is_uuid(action.get("id")):
        raise InvalidInput("action, id", "a lower-case UUID", ascii(action.get("id"))[:80])
    return encode(dict(action))


def added(row: Mapping[str, Any]) -> Made:
    """Add an item: its ``id``, ``type``, ``inputs``, ``answer``, and perhaps more."""
    return _happened("dataset.item_added", row=dict(row))


def answered(
    item: Item,
    response: Mapping[str, Any],
    *,
    request: Any = None,
    latency_ms: int | None = None,
    tokens_in: int | None = None,
    tokens_out: int | None = None,
    epoch: int | None = None,
    score: bool = False,
    occurred: str | None = None,
) -> Made:
    """An item is answered; ``score`` also records the scores that follow by rule."""
    counts = {"latency_ms": latency_ms, "tokens_in": tokens_in, "tokens_out": tokens_out}
    said = {"item": item, "response": dict(response), "request": request, "epoch": epoch}
    asked = {"score": True} if score else {}
    return _happened("item.answered", occurred, **said, **counts, **asked)


def attempt_failed(
    item: Item,
    error: Any,
    *,
    request: Any = None,
    response: Any = None,
    latency_ms: int | None = None,
    epoch: int | None = None,
    occurred: str | None = None,
) -> Made:
    """One try at an item has failed; others may follow."""
    said = {"item": item, "error": error, "request": request, "response": response}
    more = {"latency_ms": latency_ms, "epoch": epoch}
    return _happened("item.attempt_failed", occurred, **said, **more)


def failed(
    item: Item, error: Any, *, epoch: int | None = None, occurred: str | None = None
) -> Made:
    """An item is given up."""
    return _happened("item.failed", occurred, item=item, error=error, epoch=epoch)


def scored(
    item: Item,
    scorer: str | int,
    score: float | Mapping[str, Any],
    *,
    rationale: Any = None,
    epoch: int | None = None,
    occurred: str | None = None,
) -> Made:
    """A scorer has given a score: a number, or an object with it as ``value``."""
    told = dict(score) if isinstance(score, Mapping) else {"value": score}
    said = {"item": item, "scorer": scorer, "score": told}
    return _happened("item.scored", occurred, **said, rationale=rationale, epoch=epoch)


def annotated(annotation: Any, *, item: Item | None = None, epoch: int | None = None) -> Made:
    """Something is remarked about the run, or about one of its items."""
    return _made("run.annotated", annotation=annotation, item=item, epoch=epoch)


def frozen() -> Made:
    """A dataset has all of its items."""
    return _made("dataset.frozen")


def sealed() -> Made:
    """Close a stream up to here."""
    return _made("stream.sealed")


def started() -> Made:
    """A run begins to answer."""
    return _happened("run.started")


def resumed() -> Made:
    """A run goes on."""
    return _happened("run.resumed")


def going_on(summary: Mapping[str, Any]) -> Made:
    """What a run goes on with: its beginning, where that was not recorded."""
    return started() if summary.get("status") == "pending" else resumed()


def completed() -> Made:
    """A run has come to its end."""
    return _happened("run.completed")


def canceled() -> Made:
    """A run was ended before its end, on purpose."""
    return _happened("run.canceled")


def broken_off(problem: BaseException) -> Made:
    """A run has ended because of this."""
    error = {"type": type(problem).__name__, "message": _text(problem)}
    return _happened("run.failed", error=error)


def last_of_dataset(problem: BaseException | None) -> Sequence[Made]:
    """What is recorded where a dataset's recording ends: nothing, where it did not end well."""
    return () if problem else (frozen(), sealed())


def last_of_run(problem: BaseException | None) -> Sequence[Made]:
    """What is recorded where a run's recording ends; what was broken off can be resumed."""
    return (broken_off(problem),) if problem else (completed(), sealed())


def _happened(kind: str, occurred: str | None = None, **members: object) -> Made:
    """An action with the time at which it happened: when it is sent may be much later."""
    return _made(kind, **members, occurred=occurred or _CLOCK.now())


def _made(kind: str, **members: object) -> Made:
    told = {name: value for name, value in members.items() if value is not None}
    return {"type": kind, "id": new_id(), **told}


def _text(problem: BaseException) -> str:
    """What an exception says, as a text that JSON can hold."""
    return str(problem).encode("utf-8", "replace").decode()
