from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from interface.web.figures import bounds_of, spread_of


@given(st.integers(0, 2**53))
def test_stretches_are_few_equal_and_reach_as_far_as_they_should(most: int) -> None:
    bounds = bounds_of(most)
    (step,) = {high - low for low, high in pairwise([0, *bounds])}
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert 1 <= len(bounds) <= 10
    assert bounds[-1] - step < max(most, 1) <= bounds[-1]


def test_a_spread_tells_every_answer_once() -> None:
    assert bounds_of(45) == [5, 10, 15, 20, 25, 30, 35, 40, 45]
    assert spread_of([10, 20], [3, 5, 6]) == [("0 – 10", 3), ("10 – 20", 2), ("over 20", 1)]
    assert spread_of(bounds_of(None), [0]) == ()
