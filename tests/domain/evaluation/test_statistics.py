import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.evaluation.statistics import ExactSum, LatencyTable

FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
LATENCIES = st.lists(
    st.integers(0, 300) | st.integers(0, 2**20) | st.integers(0, 2**53 - 1), min_size=1, max_size=60
)


def total(values: list[float]) -> ExactSum:
    added = ExactSum()
    for value in values:
        added.add(value)
    return added


@given(st.lists(FINITE, min_size=1, max_size=30), st.randoms())
def test_a_mean_is_the_fraction_rounded_once_in_any_order(values, random) -> None:  # type: ignore[no-untyped-def]  # values of hypothesis
    mean = total(values).mean(len(values))
    assert mean == float(sum(map(Fraction, values)) / len(values))
    random.shuffle(values)
    assert math.copysign(1, total(values).mean(len(values))) == math.copysign(1, mean)
    assert total(values).mean(len(values)) == mean


def test_nothing_is_lost_between_large_and_small() -> None:
    assert total([1e308, 1.0, -1e308, 5e-324]).mean(1) == 1.0
    assert total([1e308] * 4).mean(4) == 1e308
    assert total([0.1] * 10).mean(10) == 0.1


def test_the_mean_of_no_values_over_a_count_is_0() -> None:
    assert ExactSum().mean(3) == 0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(InvalidInput, match="finite"):
        ExactSum().add(value)


def test_a_mean_of_nothing_or_beyond_all_doubles_is_refused() -> None:
    with pytest.raises(InvalidInput, match="count"):
        total([1]).mean(0)
    with pytest.raises(InvalidInput, match="double"):
        total([1e308] * 4).mean(1)


def _least_not_exceeded(values: list[int], percent: int) -> int:
    """The least value that at least so many percent of the values do not exceed."""
    return min(
        value
        for value in values
        if 100 * sum(other <= value for other in values) >= percent * len(values)
    )


@given(LATENCIES)
@example([15, 20, 35, 40, 50])
def test_a_percentile_is_the_least_value_that_enough_do_not_exceed(values: list[int]) -> None:
    table = LatencyTable()
    for value in values:
        table.add(value)
    assert len(table) == len(values)
    assert table.percentiles() == {
        f"p{percent}": _least_not_exceeded(values, percent) for percent in (50, 90, 99)
    }


def test_an_empty_table_has_no_percentiles() -> None:
    assert LatencyTable().percentiles() == {}


@pytest.mark.parametrize("value", [-1, 2**53, 1.0, True, None])
def test_what_is_no_whole_millisecond_is_refused(value: int) -> None:
    with pytest.raises(InvalidInput):
        LatencyTable().add(value)


@given(LATENCIES, st.lists(st.integers(0, 2**53 - 1), max_size=5).map(sorted))
def test_a_value_is_within_its_bound_and_all_that_are_higher(
    values: list[int], bounds: list[int]
) -> None:
    table = LatencyTable()
    for value in values:
        table.add(value)
    expected = [sum(value <= bound for value in values) for bound in bounds]
    assert table.within(bounds) == [*expected, len(values)]
