import math
from typing import Any

import pytest

from infrastructure.log_sources.lm_eval.aggregates import (
    Column,
    aggregation_of,
    of_group,
    stderr_of_group,
)


def column(*values: Any) -> Column:
    told = Column()
    for value in values:
        told.add(value)
    return told


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("mean", [1, 0, True, 1.0], 0.75),
        ("nanmean", [1, "NaN", 0], 0.5),
        ("median", [5, 1, 3, 2], 3),
        ("perplexity", [-1.0, -3.0], math.exp(2)),
        ("weighted_perplexity", [[-6.0, 2], [-2.0, 2]], math.exp(2)),
        ("bits_per_byte", [[-6.0, 2], [-2.0, 2]], 2 / math.log(2)),
    ],
)
def test_values_are_aggregated_as_the_harness_does(
    name: str, values: list[Any], expected: float
) -> None:
    assert column(*values).aggregate(name) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("mean", []),
        ("mean", [1, "NaN"]),
        ("mean", [1, [["a"], ["b"]]]),
        ("mean", [[1.0, 2]]),
        ("weighted_perplexity", [1.0]),
        ("weighted_perplexity", [[1.0, 0]]),
        ("perplexity", [-1e9]),
        ("def own(items):\n    return 1\n", [1]),
        ("", [1]),
    ],
)
def test_what_cannot_be_made_anew_is_not(name: str, values: list[Any]) -> None:
    assert column(*values).aggregate(name) is None


def test_the_standard_error_is_that_of_a_sample() -> None:
    assert column(1, 0, 1, 0).stderr() == pytest.approx(math.sqrt(1 / 3 / 4))
    assert column(1).stderr() is None


def test_a_tasks_own_list_names_the_aggregation() -> None:
    listed: Any = [{"metric": "acc", "aggregation": "median"}, {"metric": "exact_match"}]
    assert aggregation_of("acc", listed) == "median"
    assert aggregation_of("exact_match", listed) == "mean"
    assert aggregation_of("word_perplexity", None) == "weighted_perplexity"
    assert aggregation_of("own", None) == ""


def test_a_groups_number_is_weighted_by_its_tasks_sizes_or_not() -> None:
    assert of_group([1.0, 0.5], [1, 3]) == [0.625, 0.75]


def test_a_groups_standard_error_is_pooled_or_that_of_a_plain_mean() -> None:
    pooled, plain = stderr_of_group([0.1, 0.1], [10, 10])
    assert pooled == pytest.approx(plain) == pytest.approx(0.1 / math.sqrt(2))
    assert len(stderr_of_group([0.1, 0.1], [1, 1])) == 1
