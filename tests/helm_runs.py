"""Runs as HELM writes them, made for the tests: a folder with its five files.

The statistics are computed here by HELM's own steps, without our code. Not here: any assertion.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Members = dict[str, Any]

ADAPTER: Members = {
    "method": "generation",
    "max_train_instances": 5,
    "num_train_trials": 1,
    "model": "org/model-1",
    "model_deployment": "host/model-1",
    "temperature": 0.0,
    "max_tokens": 5,
}
TYPOS: Members = {
    "name": "typos",
    "robustness": True,
    "fairness": False,
    "computed_on": "perturbed",
}


def instance(number: int, **more: Any) -> Members:
    """An instance: a question with two references."""
    references = [
        {"output": {"text": text}, "tags": tags}
        for text, tags in ((f"{2 * number}", ["correct"]), ("0.5", []))
    ]
    text = {"text": f"What is {number} + {number}?"}
    return {"input": text, "references": references, "split": "test", "id": f"id{number}", **more}


def request_state(about: Members, said: str | None = "4", trial: int = 0, **more: Any) -> Members:
    """The request that was made for an instance, and what came back; nothing where it failed."""
    completions: list[Members] = [{"text": said, "logprob": -0.5, "tokens": []}]
    result: Members = {"success": True, "completions": completions, "cached": False}
    if said is None:
        result = {"success": False, "completions": [], "cached": False, "error": "timeout"}
    return {
        "instance": about,
        "train_trial_index": trial,
        "request": {"model": "org/model-1", "prompt": f"Q: {about['input']['text']}\nA:"},
        "result": {**result, "request_time": 0.25, "request_datetime": 1783526520},
        "num_train_instances": 5,
        "prompt_truncated": False,
        **more,
    }


def stat(name: Members, *values: float) -> Members:
    """A statistic of some values."""
    told: Members = {"name": name, "count": len(values), "sum": sum(values)}
    told["sum_squared"] = sum(value * value for value in values)
    if values:
        told |= {"min": min(values), "max": max(values), "mean": sum(values) / len(values)}
    return told


def instance_stats(about: Members, trial: int = 0, /, **scores: float) -> Members:
    """The statistics of an instance in a trial: its scores by metric."""
    context: Members = {name: about[name] for name in ("split", "perturbation") if name in about}
    perturbation = {name: about[name] for name in ("perturbation",) if name in about}
    stats = [stat({"name": name, **context}, value) for name, value in scores.items()]
    return {
        "instance_id": about["id"],
        **perturbation,
        "train_trial_index": trial,
        "stats": stats,
    }


def aggregates(of_instances: Sequence[Members]) -> list[Members]:
    """The statistics of a run of one trial: a mean of each metric over instances alike."""
    values: dict[str, list[float]] = {}
    for each in of_instances:
        for told in each["stats"]:
            values.setdefault(json.dumps(told["name"]), []).append(told["sum"])
    counted: dict[str, set[str]] = {}
    for each in of_instances:
        name = {**each["stats"][0]["name"], "name": "num_instances"}
        counted.setdefault(json.dumps(name), set()).add(each["instance_id"])
    means = [stat(json.loads(name), sum(v) / len(v)) for name, v in values.items()]
    return [*means, *(stat(json.loads(name), len(ids)) for name, ids in counted.items())]


def files(
    states: Sequence[Members],
    of_instances: Sequence[Members],
    stats: Sequence[Members] | None = None,
    **adapter: Any,
) -> dict[str, Any]:
    """The documents of a run, by the names of their files."""
    spec = {**ADAPTER, **adapter}
    return {
        "run_spec.json": {
            "name": "sums:model=org_model-1",
            "scenario_spec": {"class_name": "helm.SumsScenario", "args": {}},
            "adapter_spec": spec,
            "metric_specs": [{"class_name": "helm.Basic", "args": {"names": ["exact_match"]}}],
            "groups": ["sums"],
        },
        "scenario.json": {"name": "sums", "description": "Sums of two.", "tags": ["simple"]},
        "scenario_state.json": {"adapter_spec": spec, "request_states": [*states]},
        "stats.json": aggregates(of_instances) if stats is None else [*stats],
        "per_instance_stats.json": [*of_instances],
    }


def write_run(folder: Path, documents: Mapping[str, Any]) -> Path:
    """Write the files of a run into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document, indent=2))
    return folder


def run(folder: Path, scores: Sequence[float] = (1, 0, 1), **adapter: Any) -> Path:
    """A run of some instances with a score each."""
    about = [instance(number) for number in range(len(scores))]
    states = [request_state(each) for each in about]
    stats = [
        instance_stats(each, num_bytes=2, exact_match=score)
        for each, score in zip(about, scores, strict=True)
    ]
    return write_run(folder, files(states, stats, **adapter))
