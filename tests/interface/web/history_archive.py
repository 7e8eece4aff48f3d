"""A run with a history: retries, failures, a revision, an erasure. Not here: what is expected."""

from typing import Any, NamedTuple

from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok

ITEMS = 40


class Storied(NamedTuple):
    """The run's id, and some of its versions."""

    run: str
    completed: int
    revised: int
    last: int


def tell(service: Served) -> Storied:
    """Record it: item 3 took two tries, item 7 failed, and item 5 was scored anew."""
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, ITEMS, "storied"))
    actions: list[Any] = [_answer(item) for item in range(ITEMS)]
    actions[7] = {"type": "item.failed", "item": "q-7", "error": {"kind": "timeout"}}
    tried: Members = {"type": "item.attempt_failed", "item": "q-3", "error": {"kind": "timeout"}}
    ended: Members = {"type": "run.completed"}
    ok(append(client, f"runs/{run}", tried, *actions, ended))
    completed = _version(client, run)
    ok(client.post(f"/v1/runs/{run}/seal"))
    score: dict[str, Any] = {"value": 1, "extracted": "B"}
    revision: dict[str, Any] = {"type": "score.revised", "item": "q-5", "scorer": 0, "score": score}
    ok(append(client, f"runs/{run}", {**revision, "rationale": "accepted on review"}))
    revised = _version(client, run)
    erase: Members = {"type": "part.erased", "target": 5, "kind": "response"}
    ok(append(service.root, f"runs/{run}", erase))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return Storied(run, completed, revised, _version(client, run))


def _answer(item: int) -> Members:
    wrong = {"text": "The answer is none of these."} if item % 4 == 1 else {}
    return answered(item, **wrong)


def _version(client: Any, run: str) -> int:
    version: int = ok(client.get(f"/v1/runs/{run}"))["run"]["version"]
    return version
