"""The configs of dataset and run, from the specification and the scenario of a HELM run.

Not here: requests and statistics.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.json_values import object_at, text_at
from infrastructure.log_sources.loose_json import Members

_PARAMETERS: Final = (
    *("temperature", "max_tokens", "num_outputs", "stop_sequences", "top_p", "top_k_per_token"),
    *("presence_penalty", "frequency_penalty", "random"),
)
_OF_DATASET: Final = ("scenario_spec", "data_augmenter_spec")
_MAX_NAME: Final = 128


def dataset_config(spec: Members, scenario: Members, place: str) -> Members:
    """The config of the dataset: the scenario, and how it was made and perturbed."""
    name = text_at(scenario, "name") or text_at(spec, "name") or place
    config: Members = {"name": name, "scenario": scenario}
    config |= {name: spec[name] for name in _OF_DATASET if name in spec}
    if description := text_at(scenario, "description"):
        config["description"] = description
    return config


def run_config(
    spec: Members, rest: Members, scorers: Iterable[str], account: Account, place: str
) -> Members:
    """The config of the run: provider, model, parameters, scorers, and the specification.

    ``rest`` is what the scenario's state says besides requests.
    """
    adapter = object_at(spec, "adapter_spec")
    model = text_at(adapter, "model", "model_deployment")
    provider = (text_at(adapter, "model_deployment") or model).partition("/")[0]
    if not model:
        account.note("no model in the specification: unknown", place)
    return {
        "provider": provider or "unknown",
        "model": model or "unknown",
        "parameters": {name: adapter[name] for name in _PARAMETERS if name in adapter},
        "scorers": [
            {"method": "external", "name": name[:_MAX_NAME], "parameters": {}} for name in scorers
        ],
        "run_spec": spec,
        **({"scenario_state": rest} if rest else {}),
    }


def main_metrics(spec: Members) -> Sequence[str]:
    """The metrics that the specification names, in its order: they come before all others."""
    specs = spec.get("metric_specs")
    listed = (object_at(each, "args").get("names") for each in _list(specs))
    return [name for names in listed for name in _list(names) if isinstance(name, str)]


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
