"""Bundles that reports are made of: one with everything in it, forged ones, one with long names.

Not here: what is expected of the reports.
"""

from pathlib import Path
from typing import Any

from tests.interface.cli.running import Said, eval752, lines
from tests.interface.web.pages_archive import HOSTILE

UNBROKEN = "W" * 300
"""No browser finds a place to break it by itself."""

Actions = list[dict[str, Any]]

LONG_SCORERS = [
    {"name": f"{number}{UNBROKEN[:120]}", "method": "judge", "parameters": {}}
    for number in range(12)
]


def bundle_of(folder: Path, actions: Actions, *options: str) -> Path:
    """Record these actions, and export the run."""
    data, target = folder / "archive", folder / "run.eval752.zip"
    at = next((n for n, each in enumerate(actions) if each["type"] == "part.erased"), len(actions))
    (*_, stream) = _recorded(data, actions[:at]).document
    erasing = [{**each, "stream": stream["stream"]} for each in actions[at:]]
    if erasing:  # what is erased has to be held before
        _recorded(data, erasing)
    said = eval752("export", stream["stream"], "-o", target, "--data", data, *options)
    assert said.code == 0, said
    return target


def _recorded(data: Path, actions: Actions) -> Said:
    said = eval752("record", "--seal", "--json", "--data", data, stdin=lines(actions))
    assert said.code == 0, said
    return said


def story(items: int = 9) -> Actions:
    """Two sections, retries, failures of a kind and of none, scores, an erasure, a note, tokens."""
    config = {
        "provider": "example",
        "model": "example-1",
        "parameters": {"temperature": 0},
        "scorers": [{"name": "match", "method": "exact_match", "parameters": {}}],
    }
    rows = [_row(number, "ABC"[number % 2], f"Question {number}?") for number in range(items)]
    answers = [
        {
            "type": "item.answered", "item": f"q-{n}", "latency_ms": 100 * n, "tokens_in": 10,
            "tokens_out": n, "request": {"prompt": f"{n}?"}, "score": True,
            "response": {"text": "right" if n % 3 else "Wrong answer"},
        }
        for n in range(6)
    ]  # fmt: skip
    return [
        {"type": "dataset.registered", "config": {"name": "capitals"}},
        *rows,
        {"type": "dataset.frozen"},
        {"type": "run.registered", "config": config, "environment": {"python": "3.12"}},
        {"type": "run.planned"},
        {"type": "run.started"},
        {"type": "item.attempt_failed", "item": "q-0", "error": {"message": "busy"}},
        *answers,
        {"type": "item.failed", "item": "q-6", "error": {"kind": "timeout"}},
        {"type": "item.failed", "item": "q-7", "error": {"message": "gave up"}},
        {"type": "item.failed", "item": "q-8", "error": "the key sk-secret was refused"},
        {"type": "run.completed"},
        {"type": "run.annotated", "annotation": "looked at by nobody"},
        {"type": "part.erased", "target": 19, "kind": "error"},
    ]


def hostile() -> Actions:
    """Every text that a report shows is markup, and some have no place to break."""
    config: Any = {
        "provider": HOSTILE,
        "model": HOSTILE + UNBROKEN,
        HOSTILE: HOSTILE + UNBROKEN,
        "scorers": LONG_SCORERS,
    }
    rows = [_row(number, f"{number}{UNBROKEN}", HOSTILE + UNBROKEN) for number in range(4)]
    rows[0]["row"]["id"] = HOSTILE + UNBROKEN
    judged = [
        {"type": "item.scored", "item": f"q-{item}", "scorer": scorer, "score": {"value": item / 3}}
        for item in (1, 2)
        for scorer in range(len(LONG_SCORERS))
    ]
    answers = [
        {
            "type": "item.answered", "item": f"q-{n}", "latency_ms": 10**14 + n,
            "tokens_in": 10**14, "tokens_out": 10**14, "request": HOSTILE,
            "response": {"text": HOSTILE + UNBROKEN},
        }
        for n in (1, 2)
    ]  # fmt: skip
    return [
        {"type": "dataset.registered", "config": {"name": HOSTILE + UNBROKEN}},
        *rows,
        {"type": "dataset.frozen"},
        {"type": "run.registered", "config": config, "environment": {HOSTILE: UNBROKEN}},
        {"type": "run.planned"},
        {"type": "run.started"},
        *answers,
        *judged,
        {"type": "item.failed", "item": "q-3", "error": {"kind": HOSTILE + UNBROKEN}},
    ]


def _row(number: int, section: str, question: str) -> dict[str, Any]:
    row = {
        "id": f"q-{number}",
        "type": "freeform",
        "section": section,
        "inputs": {"text": question},
        "answer": "right",
    }
    return {"type": "dataset.item_added", "row": row}
