"""Small logs in the forms of Inspect AI, made for the tests without it.

Not here: any assertion, and logs that Inspect itself writes (``inspect_writer``).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.native_exports import write_zip
from tests.zstd_zips import write_zstd_zip

Record = dict[str, Any]

PIXEL = "data:image/png;base64,iVBORw0KGgo="
EVAL: Record = {
    "run_id": "r1",
    "created": "2025-09-15T15:04:34-04:00",
    "task": "capitals",
    "model": "openai/gpt-5",
    "model_generate_config": {"temperature": 0.5, "seed": None},
    "dataset": {"name": "cities", "location": "cities.csv"},
    "config": {"epochs": 1},
    "packages": {"inspect_ai": "0.3.130"},
    "revision": {"type": "git", "commit": "1e79edd", "dirty": False},
    "scorers": [{"name": "match", "options": {"location": "end"}}],
}


def message(role: str, content: Any, **more: Any) -> Record:
    """One message of a conversation."""
    return {"role": role, "content": content, **more}


def sample(number: Any, epoch: int = 1, value: Any = "C", **more: Any) -> Record:
    """A sample that was answered, and scored by ``match``; what is None is left out."""
    answer = message("assistant", "Paris", source="generate")
    told = {
        "id": number,
        "epoch": epoch,
        "input": f"Which one is {number}?",
        "target": "Paris",
        "messages": [message("system", "Be brief."), message("user", "Which?"), answer],
        "output": {
            "model": "gpt-5",
            "choices": [{"message": answer, "stop_reason": "stop"}],
            "completion": "Paris",
        },
        "scores": {"match": {"value": value, "answer": "Paris", "explanation": "It is."}},
        "metadata": {"area": "Europe"},
        "model_usage": {"openai/gpt-5": {"input_tokens": 7, "output_tokens": 3}},
        "completed_at": "2025-09-15T19:04:40+00:00",
        "working_time": 1.5,
        "total_time": 2.0,
        "events": [{"event": "model", "note": "x" * 100}],
        **more,
    }
    return {name: given for name, given in told.items() if given is not None}


def log(samples: Sequence[Record], accuracy: Any = None, **more: Any) -> Record:
    """A log of a run that succeeded, with figures that follow where an accuracy is given."""
    ids = list(dict.fromkeys(each["id"] for each in samples))
    epochs = max((each["epoch"] for each in samples), default=1)
    spec = {**EVAL, "dataset": {**EVAL["dataset"], "sample_ids": ids}, "config": {"epochs": epochs}}
    metrics = {"accuracy": {"name": "accuracy", "value": accuracy, "params": {}}}
    score = {"name": "match", "scorer": "match", "scored_samples": len(ids), "metrics": metrics}
    results = {
        "total_samples": len(samples),
        "completed_samples": sum("error" not in each for each in samples),
        "scores": [score] if accuracy is not None else [],
    }
    times = {"started_at": "2025-09-15T15:04:35-04:00", "completed_at": "2025-09-15T15:04:45-04:00"}
    told = {"version": 2, "status": "success", "eval": spec, "plan": {"config": {"top_p": 1}}}
    return {**told, "results": results, "stats": times, **more, "samples": samples}


def write_json_log(path: Path, told: Record) -> Path:
    """The log as one JSON object, as Inspect indents it."""
    path.write_text(json.dumps(told, indent=2))
    return path


def eval_members(told: Record) -> dict[str, bytes]:
    """The members of the log as a zip."""
    header = {name: value for name, value in told.items() if name != "samples"}
    start = {name: header[name] for name in ("version", "eval", "plan")}
    members: dict[str, Any] = {"_journal/start.json": start}
    for each in told["samples"]:
        members[f"samples/{each['id']}_epoch_{each['epoch']}.json"] = each
    members |= {"_journal/summaries/1.json": [], "summaries.json": [], "header.json": header}
    return {name: json.dumps(value).encode() for name, value in members.items()}


def write_eval_log(path: Path, told: Record, *, zstd: bool = False) -> Path:
    """The log as a zip, deflated or as zstd frames, two for each member."""
    members = eval_members(told)
    if not zstd:
        return write_zip(path, members)
    return write_zstd_zip(path, {name: (data[:9], data[9:]) for name, data in members.items()})


def changed_zip(path: Path, changes: Mapping[str, bytes | None]) -> Path:
    """The zip with members replaced, or taken out where there is None for them."""
    with ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist() if name not in changes}
    members |= {name: data for name, data in changes.items() if data is not None}
    return write_zip(path, members)
