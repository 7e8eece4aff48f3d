"""The statistics against published figures and against formulas that share nothing with SciPy."""

import sys
from itertools import product
from math import comb, sqrt
from statistics import NormalDist, fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.paired_statistics import Estimate, Statistics
from domain.errors import Refused
from infrastructure import scipy_statistics
from infrastructure.scipy_statistics import ScipyStatistics

pytest.importorskip("scipy", reason="SciPy has no wheel here")
Z = NormalDist().inv_cdf(0.975)
SCORES = st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0])] * 2), min_size=1)


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    return ScipyStatistics()


def negated(estimate: Estimate) -> tuple[float | None, float | None]:
    low, high = estimate.low, estimate.high
    return (None if high is None else -high, None if low is None else -low)


def test_published_figures_of_airway_hyper_responsiveness_are_met(statistics: Statistics) -> None:
    """Fagerland, Lydersen and Laake, Statistics in Medicine 33 (16), 2014, after Bentur 2009."""
    found = statistics.of_flips(1, 7, 21)
    assert (found.test, found.interval) == ("exact McNemar", "Tango score")
    assert found.p == pytest.approx(0.0703, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((-0.517, -0.026), abs=5e-4)


def binomial(higher: int, lower: int) -> float:
    """The exact test of McNemar by its definition: the tails of a fair coin."""
    flips, fewer = higher + lower, min(higher, lower)
    tail = sum(comb(flips, k) for k in range(fewer + 1))
    return min(1.0, tail / 2.0 ** (flips - 1))


def score(higher: int, lower: int, pairs: int, difference: float) -> float:
    """Tango's statistic, its nuisance found by trying: the likeliest share of flips to wrong."""

    def likelihood(share: float) -> float:
        chances = (share + difference, share, 1 - 2 * share - difference)
        counts = (higher, lower, pairs - higher - lower)
        value = 1.0
        for chance, count in zip(chances, counts, strict=True):
            value *= max(chance, 0.0) ** count
        return value

    low, high = max(0.0, -difference), (1 - difference) / 2
    for _ in range(200):  # of one peak
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (left, high) if likelihood(left) < likelihood(right) else (low, right)
    variance = pairs * (2 * low + difference * (1 - difference))
    return (higher - lower - pairs * difference) / sqrt(variance)


@pytest.mark.parametrize(
    ("higher", "lower", "pairs"), [(1, 7, 21), (5, 3, 30), (0, 4, 12), (9, 0, 40), (6, 6, 12)]
)
def test_the_interval_ends_where_the_score_is_that_of_its_confidence(
    statistics: Statistics, higher: int, lower: int, pairs: int
) -> None:
    found = statistics.of_flips(higher, lower, pairs)
    assert found.low is not None
    assert found.high is not None
    assert found.p == pytest.approx(binomial(higher, lower))
    assert score(higher, lower, pairs, found.low) == pytest.approx(Z, abs=1e-4)
    assert score(higher, lower, pairs, found.high) == pytest.approx(-Z, abs=1e-4)


def test_without_flips_the_interval_narrows_with_the_pairs_and_is_never_nothing(
    statistics: Statistics,
) -> None:
    few, many = statistics.of_flips(0, 0, 10), statistics.of_flips(0, 0, 1000)
    assert (few.p, many.p) == (1.0, 1.0)
    assert few.high == pytest.approx(Z**2 / (10 + Z**2))
    assert many.high == pytest.approx(Z**2 / (1000 + Z**2))


@pytest.mark.parametrize("pairs", [1, 2, 7, 400])
def test_where_all_flip_the_interval_reaches_the_end(statistics: Statistics, pairs: int) -> None:
    found = statistics.of_flips(pairs, 0, pairs)
    assert found.high == 1
    assert found.low == pytest.approx((pairs - Z**2) / (pairs + Z**2))


@given(st.tuples(*[st.integers(0, 60)] * 3).filter(any))
def test_swapped_runs_negate_the_interval_of_flips_exactly(counts: tuple[int, int, int]) -> None:
    statistics = ScipyStatistics()
    higher, lower, equal = counts
    found = statistics.of_flips(higher, lower, higher + lower + equal)
    swapped = statistics.of_flips(lower, higher, higher + lower + equal)
    assert (found.low, found.high, found.p) == (*negated(swapped), swapped.p)
    assert found.low is not None
    assert found.high is not None
    difference = (higher - lower) / (higher + lower + equal)
    assert -1 <= found.low <= difference <= found.high <= 1


@settings(max_examples=25)
@given(SCORES)
def test_swapped_runs_negate_the_interval_of_scores(pairs: list[tuple[float, float]]) -> None:
    statistics = ScipyStatistics()
    firsts, seconds = map(list, zip(*pairs, strict=True))
    found, swapped = statistics.of_scores(firsts, seconds), statistics.of_scores(seconds, firsts)
    assert (found.low, found.high) == pytest.approx(negated(swapped), abs=1e-9)
    assert found.p == pytest.approx(swapped.p)
    assert found == statistics.of_scores(firsts, seconds)


@pytest.mark.parametrize("differences", [[0.5, -0.25, 1.0], [1.0, 2.0, 4.0, 0.5], [0.0, 0.0, 3.0]])
def test_few_scores_are_tested_by_every_turn_of_their_signs(
    statistics: Statistics, differences: list[float]
) -> None:
    found = statistics.of_scores([0.0] * len(differences), differences)
    sums = [
        sum(sign * d for sign, d in zip(signs, differences, strict=True))
        for signs in product((-1, 1), repeat=len(differences))
    ]
    tails = [sum(s >= sum(differences) for s in sums), sum(s <= sum(differences) for s in sums)]
    assert found.p == pytest.approx(min(1.0, 2 * min(tails) / len(sums)))


def test_the_interval_of_many_scores_is_near_to_that_of_a_normal_mean(
    statistics: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    firsts = [(n * 37 % 101) / 101 for n in range(600)]
    seconds = [(n * 53 % 97) / 97 + 0.05 for n in range(600)]
    differences = [second - first for first, second in zip(firsts, seconds, strict=True)]
    half = Z * stdev(differences) / sqrt(600)
    expected = (fmean(differences) - half, fmean(differences) + half)
    drawn = statistics.of_scores(firsts, seconds)
    assert drawn.interval == "BCa bootstrap of 9,999 resamples"
    assert (drawn.low, drawn.high) == pytest.approx(expected, abs=0.003)
    monkeypatch.setattr(scipy_statistics, "FEW", 100)
    normal = statistics.of_scores(firsts, seconds)
    assert normal.interval.startswith("normal approximation")
    assert normal.test == "paired t-test"
    assert (normal.low, normal.high) == pytest.approx(expected, abs=1e-3)
    assert (normal.p or 0) == pytest.approx(drawn.p or 0, abs=0.01)


def test_differences_that_do_not_vary_have_no_interval(statistics: Statistics) -> None:
    same = statistics.of_scores([0.5, 0.7], [0.5, 0.7])
    assert (same.low, same.high, same.p) == (None, None, 1.0)
    assert same.interval == "none: the differences do not vary"
    assert statistics.of_scores([0.5], [0.9]).p == 1.0
    assert statistics.of_scores([0.0] * 4, [1.5] * 4).p == 2 / 2**4
    assert statistics.of_scores([0.0] * 3000, [1.5] * 3000).p == 0.0


def test_scores_beyond_doubles_have_no_interval_and_no_test(statistics: Statistics) -> None:
    found = statistics.of_scores([1e308, 0.0], [-1e308, 1.0])
    assert (found.low, found.high, found.p) == (None, None, None)


def test_without_scipy_a_comparison_is_refused_with_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(Refused, match=r"the extra compare"):
        ScipyStatistics()
