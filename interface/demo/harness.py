"""Asks the demo's program question by question, and says in actions what happens, as it happens.

What a user's own harness would do. Not here: how actions are recorded, and the program.
"""

import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Any, Final

from domain.canonical import Json
from interface.demo import solver

ATTEMPTS: Final = 2
"""Attempts at a question; each has as many times the program's patience as its number."""

_CONFIG: Final[dict[str, Json]] = {
    "model": solver.MODEL,
    "parameters": {"attempts": ATTEMPTS, "patience": solver.PATIENCE},
    "provider": solver.PROVIDER,
    "scorers": [{"method": "exact_match", "name": "exact", "parameters": {}}],
}


def run_actions(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Json]]:
    """Yield each action of a run over these items right after what it tells of."""
    yield {"config": _CONFIG, "environment": environment(), "type": "run.registered"}
    yield {"type": "run.planned"}
    yield {"type": "run.started"}
    for row in rows:
        yield from _ask(row)
    yield {"type": "run.completed"}


def environment() -> dict[str, Json]:
    """What the program runs on, without the names of host and user."""
    return {
        "eval752": _version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _ask(row: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    error: Json = None
    for attempt in range(1, ATTEMPTS + 1):
        outcome = _attempt(row, solver.PATIENCE * attempt)
        yield outcome
        if "response" in outcome:
            return
        error = outcome["error"]
    yield {"error": error, "item": row["id"], "type": "item.failed"}


def _attempt(row: Mapping[str, Any], patience: int) -> dict[str, Json]:
    request: dict[str, Json] = {"patience": patience, "prompt": _prompt(row)}
    told: dict[str, Json] = {"item": row["id"], "request": request}
    started = perf_counter()
    try:
        text = solver.answer(_prompt(row), patience)
    except solver.GaveUp as problem:
        told |= {"error": {"message": str(problem)}, "type": "item.attempt_failed"}
    else:
        told |= {"response": {"text": text}, "score": True, "type": "item.answered"}
    return told | {"latency_ms": round((perf_counter() - started) * 1000)}


def _prompt(row: Mapping[str, Any]) -> str:
    choices = enumerate(row.get("choices", ()))
    return "\n".join([row["inputs"]["text"], *(f"{chr(65 + n)}) {text}" for n, text in choices)])


def _version() -> str:
    try:
        return version("eval752")
    except PackageNotFoundError:
        return "not installed"
