"""Logs that Inspect AI itself writes, in a process of its own, and what its own reader says.

``python -m tests.inspect_writer FOLDER``. Its mock model answers; no network is needed. Not here:
what our reader makes of them.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspect_ai import Epochs, Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import (
    EvalLog,
    ProvenanceData,
    edit_score,
    read_eval_log,
    write_eval_log,
)
from inspect_ai.model import (
    ChatMessageUser,
    ContentImage,
    ContentText,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import Score, ScoreEdit, accuracy, includes, match, mean, scorer, stderr
from inspect_ai.solver import generate, solver, system_message, use_tools
from inspect_ai.tool import tool

MODEL = "mockllm/model"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


@tool
def add() -> Any:
    async def execute(x: int, y: int) -> int:
        """Add two numbers.

        Args:
            x: the first
            y: the second
        """
        return x + y

    return execute


@scorer(metrics={"kind": [mean()], "right": [accuracy(), stderr()]})
def two() -> Any:
    async def score(state: Any, target: Any) -> Score:
        return Score(
            value={"kind": 0.25, "right": "C"}, answer="4", explanation="seen", metadata={}
        )

    return score


@solver
def boom() -> Any:
    async def solve(state: Any, generate: Any) -> Any:
        if state.sample_id == 3:
            raise ValueError("boom")
        return state

    return solve


def answer(messages: Any, tools: Any, choice: Any, config: Any) -> ModelOutput:
    """Call the tool, then answer; every other item wrongly."""
    if messages[-1].role == "tool":
        output = ModelOutput.from_content(MODEL, "It is 4" if len(messages) % 2 else "It is 5")
    else:
        output = ModelOutput.for_tool_call(MODEL, "add", {"x": 2, "y": 2})
    output.usage = ModelUsage(input_tokens=7, output_tokens=3, total_tokens=10)
    return output


def samples() -> list[Sample]:
    image: Any = [ContentText(text="What is it?"), ContentImage(image=PIXEL)]
    return [
        Sample(id=1, input="2 + 2?", target="4", metadata={"area": "sums"}),
        Sample(id=2, input=[ChatMessageUser(content=image)], target="4"),
        Sample(id=3, input="Fail!", target="4"),
        Sample(id="q/4 ü", input="2 + 2?", target=["4", "four"], choices=["4", "5"]),
        Sample(id="five", input=[ChatMessageUser(content="2"), ChatMessageUser(content="+ 2?")]),
    ]


def run(folder: Path, form: Any, **options: Any) -> EvalLog:
    task = Task(
        dataset=MemoryDataset(samples(), name="sums"),
        solver=[system_message("Be brief."), use_tools(add()), boom(), generate()],
        scorer=[match(), includes(), two()],
        epochs=Epochs(2, ["mean", "max"]),
        name="sums",
    )
    given = {"fail_on_error": False, "retry_on_error": 1, **options}
    model = get_model(MODEL, custom_outputs=answer)
    [log] = evaluate(
        task, model=model, log_dir=str(folder), log_format=form, display="none", **given
    )
    return log


def write(folder: Path) -> Iterator[Path]:
    """The logs: of either form, with edited scores, stopped by an error, with a limit."""
    for form in ("eval", "json"):
        whole = folder / f"whole.{form}"
        Path(run(folder / "runs", form).location).rename(whole)
        yield whole
        edited, log = folder / f"edited.{form}", read_eval_log(str(whole))
        for value, author in (("P", "ann"), ("I", "bob")):
            edit = ScoreEdit(value=value, provenance=ProvenanceData(author=author, reason="seen"))
            edit_score(log, 1, "match", edit, epoch=1)
        write_eval_log(log, str(edited))
        yield edited
        for name, options in (
            ("stopped", {"fail_on_error": True}),
            ("limited", {"message_limit": 3}),
        ):
            path = folder / f"{name}.{form}"
            Path(run(folder / "runs", form, **options).location).rename(path)
            yield path


def told(path: Path) -> dict[str, Any]:
    """What Inspect's own reader says of a log."""
    log = read_eval_log(str(path), resolve_attachments=True)
    return {
        "status": log.status,
        "samples": [
            {
                "id": str(sample.id),
                "epoch": sample.epoch,
                "error": sample.error.message if sample.error else None,
                "retries": len(sample.error_retries or []),
                "text": sample.output.completion,
                "roles": [message.role for message in sample.messages],
                "limit": sample.limit.type if sample.limit else None,
                "scores": {name: score.value for name, score in (sample.scores or {}).items()},
                "edits": {n: len(score.history) for n, score in (sample.scores or {}).items()},
                "tokens": [
                    [usage.input_tokens, usage.output_tokens]
                    for usage in sample.model_usage.values()
                ],
            }
            for sample in log.samples or []
        ],
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    found = {path.name: told(path) for path in write(target)}
    (target / "told.json").write_text(json.dumps(found))
