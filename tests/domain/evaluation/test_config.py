from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json
from domain.errors import InvalidInput
from domain.evaluation.config import (
    Scorer,
    check_config,
    check_dataset_config,
    check_run_config,
    scorer_names,
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


def _names(names: list[str]) -> Sequence[str]:
    return scorer_names({"scorers": [{**CHOICE, "name": name} for name in names]}, len(names))


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ([], []),
        (["a", "b"], ["a", "b"]),
        (["a", "b", "a"], ["a#0", "b", "a#2"]),
        (["a#1", "b"], ["a#1", "b"]),
        (["a", "a", "a#1"], ["a#0", "a#1", "a#1#2"]),
        (["a#2", "a", "a"], ["a#2#0", "a#1", "a#2"]),
    ],
)
def test_what_scorers_are_called_stands_once(names: list[str], called: list[str]) -> None:
    assert _names(names) == called


@given(st.lists(st.sampled_from(["", "a", "a#0", "a#1", "a#2", "a#0#1"]), max_size=6))
def test_whatever_scorers_are_named_each_is_called_otherwise(names: list[str]) -> None:
    called = _names(names)
    assert len({*called}) == len(names)
    assert all(known.startswith(name) for known, name in zip(called, names, strict=True))
