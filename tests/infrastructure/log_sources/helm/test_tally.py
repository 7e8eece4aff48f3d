"""Runs that were changed afterwards, and the aggregates that HELM makes of several kinds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account
from infrastructure.log_sources import open_log
from tests.helm_runs import (
    TYPOS,
    files,
    instance,
    instance_stats,
    request_state,
    run,
    stat,
    write_run,
)


def account_of(path: Path) -> Account:
    account = Account()
    with open_log(path) as log:
        list(log.dataset(account))
        list(log.run(0, account))
    return account


def changed(path: Path, name: str, change: Callable[[Any], object]) -> Path:
    """The run with one of its files changed."""
    told = json.loads((path / name).read_bytes())
    change(told)
    (path / name).write_text(json.dumps(told))
    return path


def not_recomputed(account: Account) -> list[str]:
    return [note.what for note in account.notes() if "not recomputed" in note.what]


def flip(stats: Any) -> None:
    name = stats[1]["stats"][1]["name"]
    stats[1]["stats"][1] = stat(name, 1)


def test_a_flipped_score_is_found(tmp_path: Path) -> None:
    account = account_of(changed(run(tmp_path), "per_instance_stats.json", flip))
    (finding,) = account.findings
    assert finding.place == "stats.json, element 1"
    assert finding.expected.startswith("exact_match {'count': 1, 'sum': 1.0")


def test_a_score_whose_mean_alone_was_changed_is_found(tmp_path: Path) -> None:
    def change(stats: Any) -> None:
        stats[1]["stats"][1]["mean"] = 1

    (finding,) = account_of(changed(run(tmp_path), "per_instance_stats.json", change)).findings
    assert finding.place == "per_instance_stats.json, element 1, stats.1"


def test_a_changed_aggregate_is_found(tmp_path: Path) -> None:
    def change(stats: Any) -> None:
        stats[1] = stat(stats[1]["name"], 1)

    (finding,) = account_of(changed(run(tmp_path), "stats.json", change)).findings
    assert finding.found.startswith("exact_match {'count': 1, 'sum': 1")


def test_deleted_statistics_of_an_instance_are_found(tmp_path: Path) -> None:
    path = changed(run(tmp_path), "per_instance_stats.json", lambda stats: stats.pop(1))
    assert [finding.place for finding in account_of(path).findings] == ["stats.json, element 1"]


def test_a_deleted_request_is_found_by_its_statistics_and_by_the_count(tmp_path: Path) -> None:
    def change(state: Any) -> None:
        state["request_states"].pop(1)

    account = account_of(changed(run(tmp_path), "scenario_state.json", change))
    assert [finding.place for finding in account.findings] == [
        "per_instance_stats.json, element 1",
        "stats.json, element 2",
    ]
    assert account.found["scores"] == 6


def test_an_instance_deleted_everywhere_is_found_by_the_aggregates(tmp_path: Path) -> None:
    path = changed(run(tmp_path), "per_instance_stats.json", lambda stats: stats.pop(1))
    changed(path, "scenario_state.json", lambda state: state["request_states"].pop(1))
    found = [finding.found.partition(" ")[0] for finding in account_of(path).findings]
    assert found == ["exact_match", "num_instances"]


def test_trials_are_aggregated_as_means_of_each(tmp_path: Path) -> None:
    about = [instance(1), instance(2)]
    states = [request_state(each, trial=trial) for trial in (0, 1) for each in about]
    scores = {(0, 0): 1, (0, 1): 0, (1, 0): 1, (1, 1): 1}
    stats = [instance_stats(about[at], trial, em=score) for (trial, at), score in scores.items()]
    name = {"name": "em", "split": "test"}
    stated = [stat(name, 0.5, 1), stat({**name, "name": "num_instances"}, 2, 2)]
    account = account_of(write_run(tmp_path, files(states, stats, stated)))
    assert account.findings == []
    assert account.notes() == []


@pytest.fixture(name="perturbed")
def run_with_perturbations(tmp_path: Path) -> Path:
    """Two instances, plain and with typos: one worse for it, the other better."""
    plain = [instance(1), instance(2)]
    typos = [instance(1, perturbation=TYPOS), instance(2, perturbation=TYPOS)]
    states = [request_state(each) for each in (*plain, *typos)]
    scores = zip((*plain, *typos), (1, 0, 0, 1), strict=True)
    stats = [instance_stats(each, em=score) for each, score in scores]
    name: dict[str, Any] = {"name": "em", "split": "test"}
    groups = {
        "robustness": {"robustness": True, "fairness": False},
        "fairness": {"robustness": False, "fairness": True},
    }
    stated = [
        stat(name, 0.5),
        stat({**name, "perturbation": TYPOS}, 0.5),
        stat({**name, "perturbation": {**TYPOS, "computed_on": "original"}}, 0.5),
        stat({**name, "perturbation": {**TYPOS, "computed_on": "worst"}}, 0),
        *(
            stat({**name, "perturbation": {"name": group, **flags, "computed_on": "worst"}}, value)
            for (group, flags), value in zip(groups.items(), (0, 0.5), strict=True)
        ),
    ]
    return write_run(tmp_path, files(states, stats, stated))


def test_the_worst_of_perturbations_is_made_anew(perturbed: Path) -> None:
    account = account_of(perturbed)
    assert account.findings == []
    assert not_recomputed(account) == []


@pytest.mark.parametrize("number", range(6))
def test_every_aggregate_over_perturbations_is_compared(perturbed: Path, number: int) -> None:
    def change(stats: Any) -> None:
        stats[number] = stat(stats[number]["name"], 1)

    (finding,) = account_of(changed(perturbed, "stats.json", change)).findings
    assert finding.place == f"stats.json, element {number}"


def test_perplexities_follow_from_the_log_probabilities(tmp_path: Path) -> None:
    about = [instance(1), instance(2)]
    stats = [
        instance_stats(each, logprob=logprob, num_perplexity_tokens=2, num_bytes=4)
        for each, logprob in zip(about, (-1, -3), strict=True)
    ]
    name = {"name": "perplexity", "split": "test"}
    stated = [
        stat(name, 2.718281828459045),
        stat({**name, "name": "logprob_per_byte"}, -0.5),
        stat({**name, "name": "bits_per_byte"}, 0.7213475204444817),
    ]
    account = account_of(write_run(tmp_path, files([*map(request_state, about)], stats, stated)))
    assert account.findings == []
    assert not_recomputed(account) == []


def test_an_aggregate_that_no_instance_has_is_noted(tmp_path: Path) -> None:
    def change(stats: Any) -> None:
        stats.append(stat({"name": "bias", "split": "test"}, 0.2))

    account = account_of(changed(run(tmp_path), "stats.json", change))
    assert account.findings == []
    assert not_recomputed(account) == ["an aggregate that is not recomputed: in the original only"]


def test_an_aggregate_that_was_taken_out_is_noted(tmp_path: Path) -> None:
    account = account_of(changed(run(tmp_path), "stats.json", lambda stats: stats.pop(1)))
    note = account.notes()[-1]
    assert note == ("a metric of which no aggregate is stated: not compared", 1, "stats.json")
