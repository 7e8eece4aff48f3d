"""The configs of a dataset and a run, from the documents in an eval_752 export.

Their fields are not documented: what is looked for is a table, and every document is kept whole
beside what was found in it. Not here: items and results.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.times import occurred

_NAMES: Final = ("name", "dataset_name", "title")
_PROVIDERS: Final = ("provider_name", "provider", "provider_id")
_MODELS: Final = ("model", "model_name", "model_id")
_SCORERS: Final = ("scorer", "scoring", "metric")
_STARTED: Final = ("started_at", "startedAt")
_FINISHED: Final = ("finished_at", "finishedAt", "completed_at", "completedAt")
_PARAMETERS: Final = (
    *("temperature", "top_p", "top_k", "max_new_tokens", "stop", "stop_sequences"),
    *("presence_penalty", "frequency_penalty", "repetition_penalty", "seed"),
)
_PARAMETER_PLACES: Final = ("generation", "sampling", "generation_parameters", "parameters")
_ENDS: Final[Mapping[str, str]] = {
    "completed": "run.completed",
    "failed": "run.failed",
    "canceled": "run.canceled",
    "cancelled": "run.canceled",
    "running": "",
    "pending": "",
}
_MAX_NAME: Final = 128


def dataset_config(documents: Mapping[str, Json], stem: str) -> Members:
    """The config of a dataset: a name, a description where there is one, and the documents."""
    places = [*_objects(documents.values(), ("dataset",))]
    config: Members = {"name": _text(places, _NAMES) or stem, **documents}
    if description := _text(places, ("description",)):
        config["description"] = description
    return config


def run_config(document: Json, account: Account, place: str) -> Members:
    """The config of a run: provider, model, parameters, one scorer, and the document."""
    places = [*_objects([document], ("run", "metadata", "model"))]
    config: Members = {
        "parameters": _parameters(places),
        "scorers": [_scorer(places)],
        "run_config": document,
    }
    for name, names in (("provider", _PROVIDERS), ("model", _MODELS)):
        config[name] = found = _text(places, names) or "unknown"
        if found == "unknown":
            account.note(f"no {name} in the run's config: unknown", place)
    return config


def run_times(document: Json) -> tuple[Members, Members]:
    """The claimed times of start and end, as facts."""
    places = [*_objects([document], ("run",))]
    return occurred(places, _STARTED), occurred(places, _FINISHED)


def run_end(document: Json) -> str:
    """The event that ends the run; none for one that was still going on."""
    status = _text([*_objects([document], ("run",))], ("status",))
    return _ENDS.get(status.lower(), "run.completed")


def environment(documents: Mapping[str, Json]) -> Members:
    """What the documents say of the environment, as a part; nothing where they say nothing."""
    for members in _objects(documents.values(), ()):
        if isinstance(members.get("environment"), dict):
            return {"environment": members["environment"]}
    return {}


def _objects(documents: Iterable[Json], inside: Sequence[str]) -> Iterator[Members]:
    """The documents that are objects, each with the objects in it under these names."""
    for document in documents:
        if isinstance(document, dict):
            yield document
            for name in inside:
                child = document.get(name)
                if isinstance(child, dict):
                    yield child


def _text(places: Sequence[Members], names: Sequence[str]) -> str:
    """The first text under one of these names, or in an object there as its name or id."""
    for members in places:
        for name in names:
            value = members.get(name)
            if isinstance(value, dict):
                value = value.get("name") or value.get("id")
            if isinstance(value, str) and value:
                return value
    return ""


def _parameters(places: Sequence[Members]) -> Members:
    found: Members = {}
    for members in places:
        nested = (members.get(name) for name in _PARAMETER_PLACES)
        for holder in (*(n for n in nested if isinstance(n, dict)), members):
            found.update({name: holder[name] for name in _PARAMETERS if name in holder})
    return found


def _scorer(places: Sequence[Members]) -> Members:
    judges = (members.get("judge") for members in places)
    judge = next((j for j in judges if isinstance(j, dict) and j), None)
    if judge is not None:
        name = _text([judge], _MODELS) or "judge"
        return {"method": "judge", "name": name[:_MAX_NAME], "parameters": judge}
    name = _text(places, _SCORERS) or "eval_752"
    return {"method": "external", "name": name[:_MAX_NAME], "parameters": {}}
