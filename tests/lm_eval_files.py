"""Evaluations as lm-evaluation-harness writes them, made for the tests: results with their samples.

What the results file states is computed here by the harness' own formulas, without our code. Not
here: any assertion.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any

Members = dict[str, Any]
Tasks = Mapping[str, Sequence[Members]]

STAMP = "2026-07-08T16-04-34.219874"
RESULTS = f"results_{STAMP}.json"
GENERATED = {"until": ["\n"], "max_gen_toks": 48}


def digest(text: str) -> str:
    """The harness' ``hash_string``."""
    return sha256(text.encode()).hexdigest()


def hashed(sample: Members) -> Members:
    """The sample with the hashes of what stands in it."""
    doc = json.dumps(sample["doc"], indent=2, ensure_ascii=False)
    prompt = sample["arguments"]["gen_args_0"]["arg_0"]
    hashes = {"doc_hash": digest(doc), "prompt_hash": digest(prompt)}
    return {**sample, **hashes, "target_hash": digest(str(sample["target"]))}


def generated(doc: int, score: float = 1, *, filter: str | None = "none", **more: Any) -> Members:  # noqa: A002 - its name in the file
    """A line of a task that generates text; without a filter it is of an older version."""
    question = f"What is {doc} + {doc}? 🙂"
    named = {} if filter is None else {"filter": filter, "metrics": ["exact_match"]}
    sample = {
        "doc_id": doc,
        "doc": {"question": question, "answer": str(2 * doc), "weight": 0.5},
        "target": str(2 * doc),
        "arguments": {"gen_args_0": {"arg_0": f"Q: {question}\nA:", "arg_1": GENERATED}},
        "resps": [[f"It is {2 * doc}."]],
        "filtered_resps": [str(2 * doc)],
        **named,
        "exact_match": score,
    }
    return hashed({**sample, **more})


def chosen(doc: int, score: float = 1, **more: Any) -> Members:
    """A line of a task that compares the likelihoods of two choices."""
    likelihoods = [["-1.25", "False"], ["-0.5", "True"]]
    prompt = f"Is {doc} even?"
    sample = {
        "doc_id": doc,
        "doc": {"question": prompt, "choices": ["no", "yes"], "gold": 1},
        "target": "1",
        "arguments": {
            f"gen_args_{at}": {"arg_0": prompt, "arg_1": f" {choice}"}
            for at, choice in enumerate(("no", "yes"))
        },
        "resps": [[pair] for pair in likelihoods],
        "filtered_resps": likelihoods,
        "filter": "none",
        "metrics": ["acc"],
        "acc": score,
    }
    return hashed({**sample, **more})


def document(
    tasks: Tasks, groups: Mapping[str, Sequence[str]] | None = None, **more: Any
) -> Members:
    """The results file of these samples."""
    told = {task: _of_task(task, samples) for task, samples in tasks.items()}
    summed = {
        group: _of_group(group, [told[task] for task in among])
        for group, among in (groups or {}).items()
    }
    return {
        "results": {**told, **summed},
        **({"groups": summed} if summed else {}),
        "group_subtasks": groups or {task: [] for task in tasks},
        "configs": {task: _config(task, samples) for task, samples in tasks.items()},
        "versions": dict.fromkeys(tasks, 1.0),
        "n-samples": {
            task: {"original": 100, "effective": told[task]["sample_len"]} for task in tasks
        },
        "config": {
            "model": "hf",
            "model_args": "pretrained=org/model-1,dtype=bfloat16",
            "gen_kwargs": {"temperature": 0.5},
        },
        "git_hash": "eb02ba3",
        "date": 1783526520.5,
        "pretty_env_info": "PyTorch version: 2.7",
        "lm_eval_version": "0.4.13",
        "task_hashes": {task: task_hash(samples) for task, samples in tasks.items()},
        "model_source": "hf",
        "model_name": "org/model-1",
        **more,
    }


def task_hash(samples: Sequence[Members]) -> str:
    """The hash of a task's samples."""
    return digest("".join(s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in samples))


def evaluation(
    folder: Path,
    tasks: Tasks,
    groups: Mapping[str, Sequence[str]] | None = None,
    change: Callable[[Members], object] = lambda _: None,
    **more: Any,
) -> Path:
    """Write an evaluation, its results changed where asked for; return the results file."""
    folder.mkdir(parents=True, exist_ok=True)
    results = document(tasks, groups, **more)
    change(results)
    path = folder / RESULTS
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False))
    for task, samples in tasks.items():
        write_samples(folder, task, samples)
    return path


def write_samples(folder: Path, task: str, samples: Sequence[Members], stamp: str = STAMP) -> Path:
    """Write the samples of a task."""
    path = folder / f"samples_{task}_{stamp}.jsonl"
    path.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in samples))
    return path


def _config(task: str, samples: Sequence[Members]) -> Members:
    metric = "acc" if "acc" in samples[0] else "exact_match"
    kind = "multiple_choice" if metric == "acc" else "generate_until"
    listed = [{"metric": metric, "aggregation": "mean", "higher_is_better": True}]
    return {"task": task, "dataset_path": "org/data", "output_type": kind, "metric_list": listed}


def _of_task(task: str, samples: Sequence[Members]) -> Members:
    told: Members = {"alias": task, "sample_len": len({sample["doc_id"] for sample in samples})}
    metric = "acc" if "acc" in samples[0] else "exact_match"
    times: dict[Any, int] = {}
    columns: dict[str, list[float]] = {}
    for sample in samples:
        times[sample["doc_id"]] = number = times.get(sample["doc_id"], -1) + 1
        name = sample.get("filter", ("strict", "flexible")[number])
        columns.setdefault(name, []).append(sample[metric])
    for name, values in columns.items():
        mean = sum(values) / len(values)
        told[f"{metric},{name}"] = mean
        if len(values) > 1:
            variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
            told[f"{metric}_stderr,{name}"] = sqrt(variance) / sqrt(len(values))
    return told


def _of_group(group: str, tasks: Sequence[Members]) -> Members:
    sizes = [task["sample_len"] for task in tasks]
    pairs = [*zip(tasks, sizes, strict=True)]
    told: Members = {"alias": group, "sample_len": sum(sizes)}
    told["acc,none"] = sum(task["acc,none"] * size for task, size in pairs) / sum(sizes)
    pooled = sum((size - 1) * task["acc_stderr,none"] ** 2 * size for task, size in pairs)
    told["acc_stderr,none"] = sqrt(pooled / (sum(sizes) - len(sizes)) / sum(sizes))
    return told
