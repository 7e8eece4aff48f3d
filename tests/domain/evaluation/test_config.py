from typing import Any

import pytest

from domain.canonical import Json
from domain.errors import InvalidInput
from domain.evaluation.config import (
    Scorer,
    check_config,
    check_dataset_config,
    check_run_config,
    scorers_of,
)
from tests.events import event

CHOICE: dict[str, Json] = {"method": "multiple_choice", "name": "choice", "parameters": {}}
JUDGE: dict[str, Json] = {"method": "judge", "name": "judge", "parameters": {"model": "j"}}
SOUND: dict[str, Json] = {
    "model": "m-1",
    "parameters": {},
    "provider": "p",
    "scorers": [CHOICE, JUDGE],
}


def test_a_run_says_provider_model_and_scorers() -> None:
    check_run_config(SOUND, 2, "here")
    check_run_config({"model": "", "provider": ""}, 0, "here")


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"provider": None}, "here, config, provider"),
        ({"model": 4}, "here, config, model"),
        ({"parameters": []}, "here, config, parameters"),
        ({"parameters": None}, "here, config, parameters"),
        ({"scorers": None}, "here, config, scorers"),
        ({"scorers": {}}, "here, config, scorers"),
        ({"scorers": [CHOICE]}, "here, config, scorers"),
        ({"scorers": [CHOICE, CHOICE, CHOICE]}, "here, config, scorers"),
        ({"scorers": [CHOICE, None]}, "here, config, scorers, 1"),
        ({"scorers": [CHOICE, {**JUDGE, "method": "taste"}]}, "here, config, scorers, 1, method"),
        ({"scorers": [CHOICE, {**JUDGE, "name": 1}]}, "here, config, scorers, 1, name"),
        (
            {"scorers": [CHOICE, {**JUDGE, "parameters": []}]},
            "here, config, scorers, 1, parameters",
        ),
    ],
)
def test_what_is_missing_or_of_another_form_is_named(members: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_run_config({**SOUND, **members}, 2, "here")
    assert caught.value.place == place


@pytest.mark.parametrize("value", [None, [], "config", 1, {}, {"name": None}])
def test_a_dataset_has_a_name(value: Json) -> None:
    with pytest.raises(InvalidInput, match="config"):
        check_dataset_config(value, "here")
    check_dataset_config({"name": ""}, "here")


def test_only_the_config_of_a_registration_is_looked_at() -> None:
    run, dataset = event("run.registered", {"scorers": 2}), event("dataset.registered")
    check_config(run, "config", SOUND, "here")
    check_config(dataset, "config", {"name": "d"}, "here")
    check_config(run, "environment", None, "here")
    with pytest.raises(InvalidInput, match="name"):
        check_config(dataset, "config", SOUND, "here")
    with pytest.raises(InvalidInput, match="provider"):
        check_config(run, "config", {"name": "d"}, "here")


def test_the_scorers_of_a_config_are_known_by_their_place() -> None:
    found = scorers_of(SOUND)
    assert found == [
        Scorer("choice", "multiple_choice", {}),
        Scorer("judge", "judge", {"model": "j"}),
    ]


@pytest.mark.parametrize("config", [None, {}, {"scorers": None}, {"scorers": []}])
def test_a_config_that_is_not_disclosed_has_no_scorers(config: Json) -> None:
    assert scorers_of(config) == []
