from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.statistics import ExactSum, LatencyTable
from infrastructure.read_models.tallies import ScoreCounts, SortedLatencies, Stretch, Total, union

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
LATENCIES = st.lists(st.integers(0, 2**53 - 1) | st.integers(0, 9), max_size=30)


@given(st.lists(LATENCIES, max_size=6))
def test_percentiles_of_sorted_stretches_are_those_of_all_values(
    stretches: Sequence[Sequence[int]],
) -> None:
    table = LatencyTable()
    for value in (value for stretch in stretches for value in stretch):
        table.add(value)
    ascending = [sorted(stretch) for stretch in stretches if stretch]
    assert SortedLatencies(ascending).percentiles() == table.percentiles()


@given(st.lists(LATENCIES, max_size=6), st.lists(st.integers(-1, 2**53), max_size=5))
def test_how_many_are_within_bounds_is_that_of_all_values(
    stretches: Sequence[Sequence[int]], bounds: Sequence[int]
) -> None:
    values = [value for stretch in stretches for value in stretch]
    within = SortedLatencies([sorted(each) for each in stretches]).within(bounds)
    assert within == [*(sum(v <= bound for v in values) for bound in bounds), len(values)]


@given(st.lists(NUMBERS, min_size=1, max_size=20), NUMBERS)
def test_what_is_added_and_taken_away_leaves_no_trace(
    values: Sequence[int | float], other: int | float
) -> None:
    exact, total = ExactSum(), Total()
    for value in values:
        exact.add(value)
        total.add_times(value, 1)
    before = total.ratios()
    total.add_times(other, 3)
    total.add_times(other, -3)
    assert total.ratios() == before
    assert total.mean(len(values)) == exact.mean(len(values))


def filled(latencies: Sequence[int], values: Sequence[int | float]) -> Stretch:
    stretch = Stretch()
    stretch.count(1, len(latencies), 2, 3, 40, 50, 6, 7)
    if latencies:
        stretch.latencies.append(sorted(latencies))
    for value in values:
        stretch.of(1).count(value, 1, 0)
    return stretch


@given(LATENCIES, LATENCIES, st.lists(NUMBERS, max_size=5))
def test_what_is_kept_of_a_stretch_tells_the_same(
    some: Sequence[int], others: Sequence[int], values: Sequence[int | float]
) -> None:
    whole = union([filled(some, values), filled(others, [])])
    *counts, scores, latencies = whole.to_row()
    kept = Stretch()
    kept.add_kept(counts, str(scores), bytes(latencies))  # type: ignore[arg-type, call-overload] # a row of a table
    assert kept.to_row() == whole.to_row()
    assert kept.tokens() == whole.tokens()
    assert kept.to_tally(7).to_json(2) == whole.to_tally(7).to_json(2)


def test_a_score_that_is_not_disclosed_leaves_no_mean() -> None:
    scores = ScoreCounts()
    assert scores.mean() is None
    scores.count(0.5, 3, 1)
    assert scores.mean() == 0.5
    scores.count(None, 1, 0)
    assert scores.mean() is None
