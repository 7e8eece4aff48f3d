"""A process that evaluates with Inspect AI while our hook is on, as a user's would.

``python -m tests.interface.inspect_hook.evaluating FOLDER KIND…``; on stdout it says ``waiting``
where a test is to do something, goes on when it reads a line, and in the end tells where the logs
are. Its mock model answers; no network is needed but that to the service. Not here: what must be in
the archive.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from inspect_ai import Epochs, Task, eval_retry, eval_set, task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import match
from inspect_ai.solver import generate, solver

from interface.client import Retries
from interface.inspect_hook import samples_at_start, spooled_run
from tests.inspect_writer import MODEL, run

ITEMS = 6


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def answer(messages: Any, tools: Any, choice: Any, config: Any) -> ModelOutput:
    output = ModelOutput.from_content(MODEL, messages[-1].text.replace("+ 0?", "").strip())
    output.usage = ModelUsage(input_tokens=7, output_tokens=3, total_tokens=10)
    return output


@solver
def doing(what: Callable[[], Any] | None) -> Any:
    """At the fourth item, do something."""

    async def solve(state: Any, generate: Any) -> Any:
        if what and state.sample_id == 4:
            await what()
        return state

    return solve


@task
def sums(what: Any = None, epochs: int = 1, name: str = "sums") -> Task:
    samples = [Sample(id=n, input=f"{n} + 0?", target=str(n)) for n in range(1, ITEMS + 1)]
    return Task(
        dataset=MemoryDataset(samples, name="numbers"),
        solver=[doing(what), generate()],
        scorer=match(),
        epochs=Epochs(epochs),
        name=name,
    )


async def wait() -> None:
    say("waiting")
    await anyio.to_thread.run_sync(sys.stdin.readline)


async def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    await anyio.sleep_forever()


def failing(times: int) -> Callable[[], Any]:
    """Something that fails so many times."""
    left = iter([ValueError("boom")] * times)

    async def fail() -> None:
        for problem in left:
            raise problem

    return fail


def evaluated(tasks: Any, folder: Path, **options: Any) -> list[EvalLog]:
    model = get_model(MODEL, custom_outputs=answer)
    given: dict[str, Any] = {"max_samples": 1, "log_dir": str(folder), "display": "none", **options}
    return evaluate(tasks, model=model, **given)


def retried(folder: Path) -> list[EvalLog]:
    """One that fails at the fourth item, and is tried again."""
    [failed] = evaluated(sums(failing(1)), folder)
    model = get_model(MODEL, custom_outputs=answer)
    return [failed, *eval_retry(failed, log_dir=str(folder), max_samples=1, display="none")]


def as_set(folder: Path) -> list[EvalLog]:
    """A set whose first attempt fails."""
    model = get_model(MODEL, custom_outputs=answer)
    options: dict[str, Any] = {"max_samples": 1, "display": "none", "retry_wait": 0.01}
    return eval_set(sums(failing(1)), str(folder), model=model, **options)[1]


def unseen(folder: Path) -> list[EvalLog]:
    """With an Inspect that keeps its samples elsewhere."""
    samples_at_start._VARIABLE = "somewhere_else"  # type: ignore[misc]  # that of another Inspect
    return evaluated(sums(), folder)


KINDS: dict[str, Callable[[Path], list[EvalLog]]] = {
    "all": lambda folder: [run(folder, "eval")],
    "plain": lambda folder: evaluated(sums(), folder),
    "epochs": lambda folder: evaluated(sums(epochs=3), folder, max_samples=4),
    "two": lambda folder: evaluated([sums(name="a"), sums(name="b")], folder, max_tasks=2),
    "stopped": lambda folder: evaluated(sums(failing(9)), folder),
    "tolerated": lambda folder: evaluated(sums(failing(9)), folder, fail_on_error=False),
    "again": lambda folder: evaluated(sums(failing(1)), folder, retry_on_error=1),
    "interrupted": lambda folder: evaluated(sums(interrupt), folder),
    "waiting": lambda folder: evaluated(sums(wait), folder),
    "retried": retried,
    "set": as_set,
    "unseen": unseen,
}

if __name__ == "__main__":
    spooled_run.USUAL = Retries(count=2, first=0.01, most=0.02)  # type: ignore[misc]  # quick tests
    for kind in sys.argv[2:]:
        logs = KINDS[kind](Path(sys.argv[1]) / kind)
        told = [{"file": log.location, "status": log.status} for log in logs]
        say(json.dumps({kind: told}))
