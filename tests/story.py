"""A story for tests: a dataset and a run in which everything happens that can.

Each kind of part holds a text of its own, so that a bundle can be searched for what it must not
hold. Not here: what is expected of it.
"""

from collections.abc import Iterator

from domain.canonical import Json
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    actions,
    added,
    answered,
    record,
    registered,
    run_registered,
    with_asset,
)

ERASED: Members = {"type": "part.erased"}
JUDGE: Members = {"name": "judge", "method": "judge", "parameters": {}}


def marked(kind: str) -> str:
    """A text that stands in a part of this kind, and in none of another."""
    return f"<{kind.upper()}>"


def record_story(archive: Archive, *, erase: bool = False) -> None:
    """Record and seal both streams; ``erase`` takes away the run's first request and response."""
    rows = actions(registered(marked("config")), *map(_row, range(4)), FROZEN, SEALED)
    with_asset(archive, rows[1], "question", b"PNG of the question")
    with_asset(archive, rows[2], "item", b"PNG of all")
    archive.recorder().record(DATASET, rows)
    plan: Members = {**PLANNED, "epochs": 2}
    begin: list[Members] = [
        _registration(),
        {**plan, "ranges": [[0, 1]]},
        {**plan, "ranges": [[3, 3]]},
        STARTED,
    ]
    run = actions(*begin, *_results(), COMPLETED, *_afterthoughts())
    with_asset(archive, run[0], "original", b"PNG of the original")
    with_asset(archive, run[4], "request", b"PNG of all")
    with_asset(archive, run[4], "response", b"PNG of the response")
    archive.recorder().record(RUN, run)
    if erase:
        record(archive, RUN, *_erasures())
    record(archive, RUN, SEALED)


def _row(number: int) -> Members:
    row = added(number)["row"]
    assert isinstance(row, dict)
    more: dict[str, Json] = {
        "inputs": {"text": f"{marked('question')} {number}", "temperature": 0.1},
        "meta": {"section": f"section {number % 2}", "note": marked("item")},
    }
    if number == 3:
        more |= {"type": "text", "choices": None, "answer": [marked("answer"), 1e21]}
    return {"type": "dataset.item_added", "row": {**row, **more}}


def _registration() -> Members:
    begun = run_registered(CHOICE, JUDGE, note=marked("config"))
    original: Json = {"name": marked("original"), "media_type": "application/json"}
    environment: Json = {"python": "3.14", "note": marked("environment")}
    return {**begun, "environment": environment, "original": original}


def _results() -> Iterator[Members]:
    error: Json = {"kind": "timeout", "text": marked("error")}
    request: Json = {"messages": [marked("request")], "seed": 5e-324}
    for epoch in (1, 2):
        for number in (3, 0):
            text = f"The answer is A. {marked('response')}"
            response: Json = {"text": text, "logprobs": [-0.25, 1e-7]}
            more: Members = {"request": request, "response": response, "epoch": epoch}
            yield {**answered(number), **more, "tokens_in": 7, "tokens_out": 11}
        on: Members = {"item": "q-1", "epoch": epoch, "error": error}
        yield {"type": "item.attempt_failed", **on, "latency_ms": 9, "request": request}
        yield {"type": "run.resumed", "error": error}
        yield {"type": "item.failed", **on}
        score: Json = {"value": 0.1, "note": marked("score")}
        judged: Members = {"item": 3, "epoch": epoch, "score": score}
        yield {"type": "item.scored", **judged, "scorer": "judge", "rationale": marked("rationale")}


def _afterthoughts() -> Iterator[Members]:
    note: Members = {"annotation": {"text": marked("annotation"), "\u00e9\U0001f600": "\u2028"}}
    score: Json = {"value": 0.7, "note": marked("score")}
    yield {"type": "run.annotated", **note, "item": "q-3", "epoch": 1}
    yield {"type": "score.revised", "item": "q-3", "scorer": "judge", "score": score}
    yield {"type": "hold.placed", **note}
    yield {"type": "hold.released"}
    yield {"type": "run.superseded", "by": RUN.removeprefix("run/"), **note}


def _erasures() -> Iterator[Members]:
    for version, kind in ((1, "original"), (5, "request"), (5, "response")):
        yield {**ERASED, "target": version, "kind": kind}
