"""What holds for pairs of any scores."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.comparison import Direction, Paired
from application.comparison_words import Found, points, probability, sentence
from application.paired_scores import PairedScores, goes, lack
from application.paired_statistics import Estimate
from application.pairing import Pair
from application.rows import Held, ScoredRow

VALUES = st.one_of(
    st.none(), st.sampled_from([0, 1]), st.floats(-1e6, 1e6), st.integers(-(2**53), 2**53)
)
RESULTS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(1, 3)), st.tuples(VALUES, VALUES)
)


def row(item: int, epoch: int, value: float | None) -> ScoredRow:
    held = None if value is None else Held.DISCLOSED
    return ScoredRow(item, epoch, 0, f"q-{item}", "answered", value, held)


def pairs_of(results: dict[tuple[int, int], tuple[float | None, float | None]]) -> list[Pair]:
    return [(row(*at, one), row(*at, other)) for at, (one, other) in sorted(results.items())]


def of(pairs: Sequence[Pair]) -> Paired:
    return PairedScores(by_id=False).extend(pairs).paired()


@given(RESULTS)
def test_swapped_runs_negate_the_difference_and_swap_the_rest(
    results: dict[tuple[int, int], tuple[float | None, float | None]],
) -> None:
    pairs = pairs_of(results)
    found, swapped = of(pairs), of([(other, one) for one, other in pairs])
    assert (
        found._replace(
            higher=found.lower,
            lower=found.higher,
            first_mean=found.second_mean,
            second_mean=found.first_mean,
            difference=None if found.difference is None else -found.difference,
            left_out_first=found.left_out_second,
            left_out_second=found.left_out_first,
        )
        == swapped
    )


@given(RESULTS)
def test_a_run_beside_itself_differs_in_nothing(
    results: dict[tuple[int, int], tuple[float | None, float | None]],
) -> None:
    found = of(pairs_of({at: (one, one) for at, (one, _) in results.items()}))
    assert (found.higher, found.lower) == (0, 0)
    assert found.difference == (0 if found.items else None)


@given(RESULTS)
def test_each_result_is_in_a_pair_or_counted_by_why_not(
    results: dict[tuple[int, int], tuple[float | None, float | None]],
) -> None:
    found = of(pairs_of(results))
    assert found.results == found.higher + found.lower + found.equal
    lacking = sum(one is None or other is None for one, other in results.values())
    assert found.results + lacking == len(results)
    assert found.left_out_first.unscored == sum(one is None for one, _ in results.values())


@given(st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), min_size=1))
def test_means_are_exact_and_rounded_once(values: list[tuple[int, int]]) -> None:
    found = of([(row(n, 1, one), row(n, 1, other)) for n, (one, other) in enumerate(values)])
    firsts, seconds = zip(*values, strict=True)
    assert found.first_mean == float(Fraction(sum(firsts), len(values)))
    assert found.difference == float(Fraction(sum(seconds) - sum(firsts), len(values)))


@pytest.mark.parametrize(
    ("status", "held", "why"),
    [
        ("open", None, "open"),
        ("failed", None, "failed"),
        ("answered", None, "unscored"),
        ("answered", Held.WITHHELD, "withheld"),
        ("answered", Held.ERASED, "erased"),
        ("answered", Held.MISSING, "missing"),
    ],
)
def test_what_has_no_score_says_why(status: str, held: Held | None, why: str) -> None:
    assert lack(ScoredRow(0, 1, 0, "q-0", status, None, held)) == why
    assert lack(row(0, 1, 0.0)) == ""


def test_a_pair_goes_in_one_direction_or_none() -> None:
    up, same = (row(0, 1, 0), row(0, 1, 1)), (row(0, 1, 1), row(0, 1, 1))
    assert [goes(*up, direction) for direction in Direction] == [True, False, True]
    assert not any(goes(*same, direction) for direction in Direction)
    assert not goes(row(0, 1, None), row(0, 1, 1), Direction.ALL)


def found(p: float | None, tests: int = 1, **more: object) -> Found:
    """1,319 items, of which 78 flipped to right and 37 to wrong."""
    binary = Paired(1319, 1319, False, True, 78, 37, 1204, 800, 0.6, 0.631, 41 / 1319, *[None] * 2)  # type: ignore[arg-type] # nobody looks
    estimate = Estimate(0.012, 0.05, "Tango score", p, "exact McNemar")
    return Found(binary._replace(**more), estimate, p, tests)  # type: ignore[arg-type] # of a pair


def test_one_sentence_says_difference_certainty_and_flips() -> None:
    assert sentence("A", "B", found(0.0002)) == (
        "B scores 3.1 points higher than A on 1,319 paired items (95 % CI 1.2 to 5.0);"
        " 78 items flipped to right, 37 to wrong; p = 0.0002 (exact McNemar)."
    )
    lower = sentence("A", "C", found(0.3, 2, difference=-0.5, binary=False, averaged=True))
    assert lower == (
        "C scores 0.5 lower than A on 1,319 paired items, each averaged over its epochs"
        " (95 % CI 0.012 to 0.05); 78 results scored higher, 37 lower;"
        " p = 0.3 (exact McNemar, Holm-corrected for 2 comparisons)."
        " Chance alone may explain the difference."
    )


def test_a_small_difference_is_not_shown_as_none() -> None:
    binary = found(0.5).paired
    assert points(binary, 0.0001) == "0.01"
    assert points(binary, 0) == "0.0"
    assert probability(1e-9) == "p < 0.0001"
