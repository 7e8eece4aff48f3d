"""What Inspect AI itself says of logs, asked in a process of its own, which importing it needs.

``python -m tests.inspect_reader FILE…`` prints a list, in that order; null for what it cannot read.
Not here: any assertion.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def told_by_inspect(*paths: Path, frames: bool = False) -> list[Any]:
    """What its readers say of each log; with ``frames``, its data frames as well."""
    command = [sys.executable, "-m", "tests.inspect_reader", *(["--frames"] if frames else [])]
    done = subprocess.run(
        [*command, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def _told(path: str, frames: Sequence[str]) -> Any:
    from inspect_ai.log import (  # noqa: PLC0415 - takes long
        read_eval_log,
        read_eval_log_sample,
        read_eval_log_sample_summaries,
    )

    try:
        log = read_eval_log(path, resolve_attachments=True)
    except ValueError:
        return None
    told = json.loads(log.model_dump_json(exclude={"samples": {"__all__": {"events"}}}))
    if path.endswith(".eval"):
        told["header_only"] = json.loads(read_eval_log(path, header_only=True).model_dump_json())
        summaries = read_eval_log_sample_summaries(path)
        told["summaries"] = [json.loads(each.model_dump_json()) for each in summaries]
        told["summaries_of_samples"] = [
            json.loads(each.summary().model_dump_json()) for each in log.samples or []
        ]
        told["one_by_one"] = [
            json.loads(read_eval_log_sample(path, id=each.id, epoch=each.epoch).model_dump_json())[
                "uuid"
            ]
            for each in summaries
        ]
    if frames:
        told["frames"] = _frames(path)
    return told


def _frames(path: str) -> Any:
    from inspect_ai.analysis import (  # noqa: PLC0415 - takes long
        evals_df,
        events_df,
        messages_df,
        samples_df,
    )

    evals, samples = evals_df(path, quiet=True), samples_df(path, quiet=True)
    return {
        "evals": json.loads(evals.to_json(orient="records")),
        "samples": json.loads(samples.to_json(orient="records")),
        "messages": len(messages_df(path, quiet=True)),
        "events": len(events_df(path, quiet=True)),
    }


if __name__ == "__main__":
    given = sys.argv[1:]
    frames = [each for each in given if each == "--frames"]
    answers = [_told(each, frames) for each in given if each != "--frames"]
    sys.stdout.write(json.dumps(answers) + "\n")
