"""Random histories in a read model, and what is expected of them; no tests."""

from collections.abc import Sequence
from random import Random
from typing import Any, cast

from application.ports import Append, StreamKey
from application.project import catch_up
from application.read_model import (
    ReadModel,
    ResultRow,
)
from domain.canonical import Json
from tests.contracts.fakes import MemoryEventStore
from tests.histories import random_history, run_of

SEEDS = range(6)


def projected(read_model: ReadModel, history: Sequence[Append]) -> StreamKey:
    """Take a history in at one go, and return its run."""
    store = MemoryEventStore()
    store.commit(history)
    catch_up(store, read_model)
    return run_of(history)


def history_of(seed: int) -> list[Append]:
    chance = Random(seed)
    return random_history(
        chance, chance.randint(1, 9), chance.randint(1, 3), chance.randint(0, 3), 60
    )


def told(row: ResultRow, scorers: int) -> dict[str, Json]:
    """What a row has of a line of ``results.jsonl``."""
    scores = {score.scorer: score.value for score in row.scores}
    members: dict[str, Json] = {
        "attempts": row.attempts,
        "epoch": row.epoch,
        "id": row.outside,
        "item": row.item,
        "latency_ms": row.latency_ms,
        "scores": [scores.get(scorer) for scorer in range(scorers)] if scores else None,
        "status": row.status,
        "tokens_in": row.tokens_in,
        "tokens_out": row.tokens_out,
    }
    return {name: value for name, value in members.items() if value is not None}


def expected(line: Json) -> dict[str, Json]:
    """The same of a line of ``results.jsonl``, in which markers stand for what is undisclosed."""
    members = cast("dict[str, Any]", line)
    kept = {name: members[name] for name in members.keys() - {"error", "response", "score"}}
    if "scores" in kept:
        kept["scores"] = [(score or {}).get("value") for score in kept["scores"]]
    return {name: value for name, value in kept.items() if not isinstance(value, dict)}


def has_event(row: ResultRow) -> bool:
    return row.attempts > 0 or row.ended is not None
