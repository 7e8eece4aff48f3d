"""The results document of lm-evaluation-harness: its tasks and groups, and the configs from it.

Not here: the samples, and whether what it states follows from them (``tally``).
"""

from collections.abc import Sequence
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput
from infrastructure.log_sources.json_values import object_at, text_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.times import occurred_at

_ENVIRONMENT: Final = (
    *("pretty_env_info", "lm_eval_version", "transformers_version"),
    *("git_hash", "upper_git_hash"),
)
_MODEL_ARGUMENTS: Final = ("pretrained", "model", "path")
_MAX_NAME: Final = 128
_SHOWN: Final = 8


def check_results(document: Members, place: str) -> None:
    """Check that it says which tasks there were, and what they came to.

    Raises:
        InvalidInput: when it does not.
    """
    for name in ("results", "configs"):
        if not object_at(document, name):
            raise InvalidInput(place, f"an object {name} that is not empty", "none")


def tasks_of(document: Members) -> Sequence[str]:
    """The tasks, which have samples of their own; a group has none."""
    return [name for name in object_at(document, "configs") if not subtasks(document, name)]


def subtasks(document: Members, group: str) -> Sequence[str]:
    """The tasks and groups in a group; none where it is no group."""
    listed = object_at(document, "group_subtasks").get(group)
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def leaves(document: Members, group: str) -> Sequence[str]:
    """The tasks in a group and in its groups, each once."""
    found: dict[str, None] = {}
    waiting, seen = [group], {group}
    while waiting:
        below = subtasks(document, name := waiting.pop())
        if not below:
            found[name] = None
        waiting += [each for each in reversed(below) if each not in seen]
        seen.update(below)
    return [*found]


def filters(document: Members, task: str) -> Sequence[str]:
    """The filters of a task, in the order in which their samples stand."""
    keys = (key.partition(",") for key in object_at(document, "results", task))
    return [*dict.fromkeys(name for _, comma, name in keys if comma)] or ["none"]


def item_type(document: Members, task: str) -> str:
    """The kind of requests that a task makes."""
    return text_at(object_at(document, "configs", task), "output_type") or "lm_eval"


def dataset_config(document: Members) -> Members:
    """The config of the dataset: its name, and where each task's documents are from."""
    told: Members = {
        task: {
            name: value
            for name, value in object_at(document, "configs", task).items()
            if name.startswith("dataset_") or name.endswith("_split")
        }
        for task in tasks_of(document)
    }
    return {"name": _dataset_name(document), "tasks": told}


def run_config(document: Members, scorers: Sequence[str], account: Account, place: str) -> Members:
    """The config of the run: provider, model, parameters, scorers, and the rest of the document."""
    evaluation = object_at(document, "config")
    provider = text_at(document, "model_source") or text_at(evaluation, "model")
    model = text_at(document, "model_name") or _model(evaluation.get("model_args"))
    for name, found in (("provider", provider), ("model", model)):
        if not found:
            account.note(f"no {name} in the results file: unknown", place)
    return {
        "provider": provider or "unknown",
        "model": model or "unknown",
        "parameters": object_at(evaluation, "gen_kwargs"),
        "scorers": [
            {"method": "external", "name": name[:_MAX_NAME], "parameters": {}} for name in scorers
        ],
        "lm_eval": {name: v for name, v in document.items() if name not in _ENVIRONMENT},
    }


def environment(document: Members) -> Members:
    """What the document says of the environment, as a part."""
    told: Members = {name: document[name] for name in _ENVIRONMENT if name in document}
    return {"environment": told} if told else {}


def started(document: Members) -> Members:
    """When the evaluation began, as a fact."""
    return occurred_at(document.get("date"))


def _dataset_name(document: Members) -> str:
    tasks = tasks_of(document)
    inner = {
        name
        for group in object_at(document, "group_subtasks")
        for name in subtasks(document, group)
    }
    groups = [n for n in object_at(document, "group_subtasks") if subtasks(document, n)]
    outer = [name for name in (*groups, *tasks) if name not in inner]
    more = f" and {len(outer) - _SHOWN} more" if len(outer) > _SHOWN else ""
    return ", ".join(outer[:_SHOWN]) + more


def _model(arguments: Json) -> str:
    """The model's name among its arguments: an object, or ``name=value,…``."""
    if isinstance(arguments, str):
        pairs = (pair.partition("=") for pair in arguments.split(","))
        arguments = {name.strip(): value for name, _, value in pairs}
    return text_at(arguments, *_MODEL_ARGUMENTS) if isinstance(arguments, dict) else ""
