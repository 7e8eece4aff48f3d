"""A process that evaluates with Inspect AI while our hook is on, as a user's would.

``python -m tests.interface.inspect_hook.evaluating FOLDER KIND…``; on stdout it says ``waiting``
where a test is to do something, goes on when it reads a line, and tells in the end where the logs
are. A model of its own answers; no network is needed but that to the service. Not here: what must
be in the archive.
"""

import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio
from inspect_ai import Epochs, Task, eval_retry, eval_set, task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.scorer import match
from inspect_ai.solver import generate, solver

from interface.client import Retries
from interface.inspect_hook import samples_at_start, spooled_run
from tests.inspect_writer import run

ITEMS = 6
MODEL = "echo/model"
USUAL: dict[str, Any] = {"max_samples": 1, "display": "none"}
Do = Callable[[], Awaitable[None]]


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


class Echo(ModelAPI):
    """Says what it is asked; unlike the mock model, it needs no tables from the network."""

    async def generate(
        self,
        input: Any,  # noqa: A002 - Inspect's name
        tools: Any,
        tool_choice: Any,
        config: Any,
    ) -> ModelOutput:
        output = ModelOutput.from_content(self.model_name, input[-1].text.removesuffix(" + 0?"))
        output.usage = ModelUsage(input_tokens=7, output_tokens=3, total_tokens=10)
        return output


@modelapi(name="echo")
def echo() -> type[ModelAPI]:
    return Echo


@solver
def doing() -> Any:
    """At the fourth item, do what is to be done."""

    async def solve(state: Any, generate: Any) -> Any:
        if state.sample_id == 4:
            await DO()
        return state

    return solve


@task
def sums(epochs: int = 1, name: str = "sums") -> Task:
    samples = [Sample(id=n, input=f"{n} + 0?", target=str(n)) for n in range(1, ITEMS + 1)]
    return Task(
        dataset=MemoryDataset(samples, name="numbers"),
        solver=[doing(), generate()],
        scorer=match(),
        epochs=Epochs(epochs),
        name=name,
    )


async def nothing() -> None:
    """Let it answer."""


DO: Do = nothing
"""What is to be done; nothing where Inspect loads this file anew, to try a task again."""


async def wait() -> None:
    say("waiting")
    await anyio.to_thread.run_sync(sys.stdin.readline)


async def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    await anyio.sleep_forever()


def failing(times: int) -> Do:
    """Something that fails so many times."""
    left = iter([ValueError("boom")] * times)

    async def fail() -> None:
        for problem in left:
            raise problem

    return fail


def evaluated(tasks: Any, folder: Path, do: Do = nothing, **options: Any) -> list[EvalLog]:
    global DO  # noqa: PLW0603 - a task that is tried again is made anew, from its name alone
    DO = do
    return evaluate(tasks, model=MODEL, log_dir=str(folder), **{**USUAL, **options})


def retried(folder: Path) -> list[EvalLog]:
    """One that fails at the fourth item, and is tried again."""
    [failed] = evaluated(sums(), folder, failing(1))
    return [failed, *eval_retry(failed, log_dir=str(folder), **USUAL)]


def as_set(folder: Path) -> list[EvalLog]:
    """A set whose first attempt fails."""
    global DO  # noqa: PLW0603 - as above
    DO = failing(1)
    return eval_set(sums(), str(folder), model=MODEL, retry_wait=0.01, **USUAL)[1]


def unseen(folder: Path) -> list[EvalLog]:
    """With an Inspect that keeps its samples elsewhere."""
    with patch.object(samples_at_start, "_VARIABLE", "somewhere_else"):
        return evaluated(sums(), folder)


KINDS: dict[str, Callable[[Path], list[EvalLog]]] = {
    "all": lambda folder: [run(folder, "eval")],
    "plain": lambda folder: evaluated(sums(), folder),
    "epochs": lambda folder: evaluated(sums(epochs=3), folder, max_samples=4),
    "two": lambda folder: evaluated([sums(name="a"), sums(name="b")], folder, max_tasks=2),
    "stopped": lambda folder: evaluated(sums(), folder, failing(9)),
    "tolerated": lambda folder: evaluated(sums(), folder, failing(9), fail_on_error=False),
    "again": lambda folder: evaluated(sums(), folder, failing(1), retry_on_error=1),
    "interrupted": lambda folder: evaluated(sums(), folder, interrupt),
    "waiting": lambda folder: evaluated(sums(), folder, wait),
    "retried": retried,
    "set": as_set,
    "unseen": unseen,
}

if __name__ == "__main__":
    quick = Retries(count=2, first=0.01, most=0.02)
    with patch.object(spooled_run, "USUAL", quick):
        for kind in sys.argv[2:]:
            logs = KINDS[kind](Path(sys.argv[1]) / kind)
            say(json.dumps([{"file": log.location, "status": log.status} for log in logs]))
