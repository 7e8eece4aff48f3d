import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.paired_statistics import holm

CHANCES = st.lists(st.floats(0, 1), max_size=6)


def test_the_smallest_is_corrected_for_all_and_the_largest_for_none() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


@given(CHANCES)
def test_no_correction_makes_a_chance_smaller_or_changes_the_order(chances: list[float]) -> None:
    corrected = holm(chances)
    assert all(p <= c <= 1 for p, c in zip(chances, corrected, strict=True))
    ranked = [c for _, c in sorted(zip(chances, corrected, strict=True))]
    assert ranked == sorted(ranked)
