"""What a log states, against what its samples say: what must be found, and what must not."""

import json
import statistics
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.log_source import Account
from infrastructure.log_sources import open_log
from infrastructure.log_sources.inspect_logs.figures import Column, metric, reducer
from tests.inspect_logs import Record, log, sample, write_json_log


def recomputed(path: Path) -> tuple[Record, Account]:
    account = Account()
    with open_log(path) as opened:
        list(opened.dataset(account))
        last: Any = list(opened.run(0, account))[-1].members["annotation"]
    return last["recomputed"], account


def differing(folder: Path, told: Record) -> list[tuple[str, float, float]]:
    _, account = recomputed(write_json_log(folder / "a.json", told))
    return [
        (place, float(found.split()[1]), float(expected.split()[1].rstrip(",")))
        for place, expected, found in account.findings
    ]


def mixed() -> Record:
    return log([sample(number, value="CIPN"[number % 4]) for number in range(8)], 0.375)


def test_a_log_whose_figures_follow_has_none_that_differ(tmp_path: Path) -> None:
    found, _ = recomputed(write_json_log(tmp_path / "a.json", mixed()))
    assert found == {"agree": 5, "not_recomputed": []}


def test_a_flipped_score_is_found(tmp_path: Path) -> None:
    told = mixed()
    told["samples"][1]["scores"]["match"]["value"] = "C"
    assert differing(tmp_path, told) == [("results.scores.match.accuracy", 0.375, 0.5)]


def test_a_changed_metric_is_found(tmp_path: Path) -> None:
    told = mixed()
    told["results"]["scores"][0]["metrics"]["accuracy"]["value"] = 1.0
    assert differing(tmp_path, told) == [("results.scores.match.accuracy", 1.0, 0.375)]


def test_a_deleted_sample_is_found(tmp_path: Path) -> None:
    told = mixed()
    told["results"]["scores"] = []
    del told["samples"][3]
    assert differing(tmp_path, told) == [
        ("eval.dataset.sample_ids × eval.config.epochs", 8, 7),
        ("results.total_samples", 8, 7),
        ("results.completed_samples", 8, 7),
    ]
    assert recomputed(tmp_path / "a.json")[0]["missing"] == ["3"]


def test_an_error_taken_out_is_found(tmp_path: Path) -> None:
    told = log([sample(1), sample(2, error={"message": "e"}, scores=None)], 1.0)
    told["results"]["scores"][0]["scored_samples"] = 1
    assert differing(tmp_path, told) == []
    del told["samples"][1]["error"]
    assert differing(tmp_path, told) == [("results.completed_samples", 1, 2)]


@pytest.mark.parametrize(
    ("name", "more"),
    [("accuracy", {"params": {"to_float": "x"}}), ("bootstrap_std", {}), ("mine/other", {})],
)
def test_what_nobody_can_recompute_is_said_to_be_so(
    tmp_path: Path, name: str, more: Record
) -> None:
    told = mixed()
    told["results"]["scores"][0]["metrics"] = {"x": {"name": name, "value": 0.9, **more}}
    found, account = recomputed(write_json_log(tmp_path / "a.json", told))
    assert (account.findings, found["not_recomputed"]) == ([], [f"results.scores.match.{name}"])


def test_epochs_are_reduced_before_metrics(tmp_path: Path) -> None:
    values = {(1, 1): 1, (1, 2): 0, (2, 1): 1, (2, 2): 1, (3, 1): 0, (3, 2): 0}
    told = log([sample(item, epoch, value) for (item, epoch), value in values.items()])
    figures = {"mean": 0.5, "max": 2 / 3, "median": 0.5, "at_least_2": 1 / 3, "pass_at_1": 0.5}
    told["results"]["scores"] = [
        {
            "name": "match", "scorer": "match", "reducer": name, "scored_samples": 3,
            "metrics": {"accuracy": {"name": "accuracy", "value": value}},
        }
        for name, value in figures.items()
    ]  # fmt: skip
    assert differing(tmp_path, told) == []


def test_keys_of_a_scorer_have_figures_of_their_own(tmp_path: Path) -> None:
    told = log([sample(number, value={"a": number, "b": "C"}) for number in (0, 1)])
    told["results"]["scores"] = [
        {"name": key, "scorer": "match", "metrics": {"mean": {"name": "mean", "value": value}}}
        for key, value in (("a", 0.5), ("b", 0.0))
    ]
    assert differing(tmp_path, told) == [("results.scores.b.mean", 0.0, 1)]


@pytest.mark.parametrize("reduced", ["mean", "median", "max"])
@pytest.mark.parametrize(
    ("name", "great"),
    [*((name, 1e200) for name in ("std", "var", "stderr")), ("mean", 1.7e308), ("std", 1.7e308)],
)
def test_figures_that_go_beyond_a_double_cannot_be_recomputed(
    tmp_path: Path, name: str, great: float, reduced: str
) -> None:
    told = log([sample(at // 2, 1 + at % 2, great if at < 4 else -great) for at in range(8)])
    told["results"]["scores"] = [
        {
            "name": "match", "scorer": "match", "reducer": reduced,
            "metrics": {name: {"name": name, "value": 0.5}},
        }
    ]  # fmt: skip
    found, account = recomputed(write_json_log(tmp_path / "a.json", told))
    assert found["not_recomputed"] == [f"results.scores.match.{reduced}.{name}"]
    assert account.findings == []


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_metrics_are_those_of_the_standard_library(values: list[float]) -> None:
    assert metric("mean", values) == pytest.approx(statistics.fmean(values), abs=1e-6)
    assert metric("std", values) == pytest.approx(statistics.stdev(values), abs=1e-4)
    assert metric("var", values) == pytest.approx(statistics.variance(values), rel=1e-6, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1))))
def test_reduced_values_are_one_for_each_item(scores: list[tuple[int, float]]) -> None:
    column, best = Column(), dict[int, float]()
    for item, value in scores:
        column.add(item, value)
        best[item] = max(value, best.get(item, value))
    reduce = reducer("max")
    assert reduce
    assert column.reduced(reduce) == [best[item] for item in sorted(best)]


@given(st.data())
def test_any_flipped_score_is_found(tmp_path_factory: Any, data: st.DataObject) -> None:
    letters = data.draw(st.lists(st.sampled_from("CI"), min_size=1, max_size=12))
    told = log(
        [sample(number, value=letter) for number, letter in enumerate(letters)],
        letters.count("C") / len(letters),
    )
    told = json.loads(json.dumps(told))
    flipped = data.draw(st.integers(0, len(letters) - 1))
    score = told["samples"][flipped]["scores"]["match"]
    score["value"] = "I" if score["value"] == "C" else "C"
    assert [place for place, *_ in differing(tmp_path_factory.mktemp("a"), told)] == [
        "results.scores.match.accuracy"
    ]
