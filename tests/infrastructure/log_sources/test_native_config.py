from typing import Any

import pytest

from application.log_source import Account
from domain.evaluation.config import check_run_config
from infrastructure.log_sources.native_config import (
    dataset_config,
    environment,
    run_config,
    run_end,
    run_times,
)
from tests.native_exports import JUDGE, RUN_CONFIG


def config(**document: Any) -> Any:
    told = run_config(document, Account(), "run_config.json")
    check_run_config(told, 1, "x")
    return told


def test_a_run_has_provider_model_parameters_and_the_whole_document() -> None:
    told = config(**RUN_CONFIG)
    assert (told["provider"], told["model"]) == ("prov_openai", "gpt-4o-mini")
    assert told["parameters"] == {"temperature": 0.2, "top_p": 1, "seed": 7}
    assert told["run_config"] == RUN_CONFIG


@pytest.mark.parametrize(
    "document",
    [
        {"provider": "p", "model": "m"},
        {"provider": {"id": "p"}, "model": {"name": "m"}},
        {"model": {"provider": "p", "model_name": "m", "name": "m"}},
        {"metadata": {"provider_name": "p", "model_name": "m"}},
        {"run": {"provider_id": "p", "model_id": "m"}, "judge": {"model": "other"}},
    ],
)
def test_provider_and_model_are_found_in_any_of_their_places(document: dict[str, Any]) -> None:
    told = config(**document)
    assert (told["provider"], told["model"]) == ("p", "m")


def test_what_is_not_said_is_unknown_and_noted() -> None:
    account = Account()
    told = run_config({"judge": JUDGE}, account, "run_config.json")
    assert (told["provider"], told["model"]) == ("unknown", "unknown")
    assert [note.what for note in account.notes()] == [
        "no provider in the run's config: unknown",
        "no model in the run's config: unknown",
    ]


def test_a_judge_is_the_scorer_with_all_that_is_said_of_it() -> None:
    expected = {"method": "judge", "name": "gpt-4o", "parameters": JUDGE}
    assert config(judge=JUDGE)["scorers"] == [expected]
    assert config(judge={"x": 1})["scorers"][0]["name"] == "judge"


@pytest.mark.parametrize(
    ("document", "name"),
    [({}, "eval_752"), ({"judge": None}, "eval_752"), ({"scorer": "f1"}, "f1"),
     ({"scoring": {"name": "regex"}}, "regex"), ({"metric": "x" * 500}, "x" * 128)],
)  # fmt: skip
def test_other_scores_come_from_outside(document: dict[str, Any], name: str) -> None:
    assert config(**document)["scorers"] == [{"method": "external", "name": name, "parameters": {}}]


@pytest.mark.parametrize("document", [[], None, "text", 7])
def test_a_config_of_any_form_is_kept(document: Any) -> None:
    told = run_config(document, Account(), "x")
    check_run_config(told, 1, "x")
    assert told["run_config"] == document


@pytest.mark.parametrize(
    ("status", "event"),
    [("completed", "run.completed"), ("FAILED", "run.failed"), ("cancelled", "run.canceled"),
     ("canceled", "run.canceled"), ("running", ""), ("pending", ""), (None, "run.completed"),
     ("archived", "run.completed")],
)  # fmt: skip
def test_the_status_ends_the_run(status: str | None, event: str) -> None:
    assert run_end({"status": status}) == event
    assert run_end({"run": {"status": status}}) == event


def test_times_of_the_run_are_claims_in_utc() -> None:
    assert run_times(RUN_CONFIG) == (
        {"occurred": "2025-10-21T08:01:00.000000Z"},
        {"occurred": "2025-10-21T08:09:30.500000Z"},
    )


def test_a_dataset_is_named_by_its_documents_or_its_file() -> None:
    assert dataset_config({"meta": {"name": "capitals"}}, "file")["name"] == "capitals"
    assert dataset_config({"manifest": {"dataset": {"name": "c"}}}, "file")["name"] == "c"
    assert dataset_config({"manifest": [1], "meta": {"name": 7}}, "file")["name"] == "file"


def test_documents_are_kept_whole() -> None:
    documents: Any = {"manifest": {"counts": {"items": 3}}, "meta": {"description": "d"}}
    told = dataset_config(documents, "file")
    assert told == {"name": "file", "description": "d", **documents}


def test_the_environment_is_the_first_that_is_said() -> None:
    documents: Any = {"manifest": {"environment": "?"}, "meta": {"environment": {"os": "linux"}}}
    assert environment(documents) == {"environment": {"os": "linux"}}
    assert environment({}) == {}
