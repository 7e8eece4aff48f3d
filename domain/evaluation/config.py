"""What a dataset's and a run's config must say (format, section 3.4).

Not here: what else it may say.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from domain.canonical import Json
from domain.errors import InvalidInput, shown
from domain.evaluation.events import Event
from domain.evaluation.scoring import check_scorer


def check_config(event: Event, kind: str, value: Json, place: str) -> None:
    """Check the config of a registration; any other part passes.

    Raises:
        InvalidInput: naming the member that is missing or of the wrong form.
    """
    if kind == "config" and event.type == "run.registered":
        check_run_config(value, event.facts["scorers"], place)
    elif kind == "config":
        check_dataset_config(value, place)


class Scorer(NamedTuple):
    """A scorer as a run's config defines it."""

    name: str
    method: str
    parameters: dict[str, Json]


def check_dataset_config(value: Json, place: str) -> None:
    """Check the config of ``dataset.registered``.

    Raises:
        InvalidInput: when it is not an object with a name.
    """
    _object_with(value, ("name",), f"{place}, config")


def check_run_config(value: Json, scorers: int, place: str) -> None:
    """Check the config of ``run.registered``, whose facts state the number of ``scorers``.

    Raises:
        InvalidInput: naming the member that is missing or of the wrong form.
    """
    place = f"{place}, config"
    members = _object_with(value, ("provider", "model"), place)
    if not isinstance(members.get("parameters", {}), dict):
        raise InvalidInput(f"{place}, parameters", "an object", shown(members["parameters"]))
    definitions = members.get("scorers", [])
    if not isinstance(definitions, list) or len(definitions) != scorers:
        raise InvalidInput(f"{place}, scorers", f"a list of {scorers}", shown(definitions))
    for number, definition in enumerate(definitions):
        check_scorer(definition, f"{place}, scorers, {number}")


def scorers_of(config: Json) -> Sequence[Scorer]:
    """The scorers of a run's config that has been checked."""
    definitions = config.get("scorers") if isinstance(config, dict) else None
    found = cast("list[dict[str, Any]]", definitions or [])
    return [Scorer(d["name"], d["method"], d.get("parameters", {})) for d in found]


def scorer_names(config: Json, count: int) -> Sequence[str]:
    """What to call a run's scorers: their names, each once; their numbers where it is withheld."""
    named = [scorer.name for scorer in scorers_of(config)]
    if len(named) != count:
        return [str(number) for number in range(count)]
    numbered = [f"{name}#{number}" for number, name in enumerate(named)]
    names = [
        name if named.count(name) == 1 else other
        for name, other in zip(named, numbered, strict=True)
    ]
    return names if len({*names}) == count else numbered


def _object_with(value: Json, names: Sequence[str], place: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise InvalidInput(place, "an object", shown(value))
    for name in names:
        if not isinstance(value.get(name), str):
            raise InvalidInput(f"{place}, {name}", "a string", shown(value.get(name)))
    return value
