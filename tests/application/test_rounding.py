"""Numbers in few digits: short where they are, and never taken for a rounder one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.rounding import rounded


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (0.5, "0.5"),
        (1 / 3, "0.3333"),
        (0.99996, "0.99996"),
        (-0.99996, "-0.99996"),
        (0.999999999, "0.999999999"),
        (0.50004, "0.50004"),
        (0.1 + 0.2, "0.3"),
        (1 - 1e-15, "1"),
        (1_000_001.0, "1000001"),
        (200_000.0, "200000"),
        (312_500.75, "312500.8"),
        (1_000_000.04, "1000000.04"),
        (1234.5678, "1234.6"),
        (1e308, "1e+308"),
        (1.23456e20, "1.235e+20"),
        (5e-324, "4.941e-324"),
    ],
)
def test_a_number_is_told(value: float, told: str) -> None:
    assert rounded(value) == told


@given(st.floats(-1e308, 1e308))
def test_it_is_near_and_looks_rounder_only_where_it_is(value: float) -> None:
    told = float(rounded(value))
    assert told == pytest.approx(value, rel=1e-3, abs=1e-322)
    if float(f"{value:.12g}") != float(f"{value:.3g}"):
        assert float(f"{told:.12g}") != float(f"{value:.3g}")


def test_fewer_digits_may_be_enough() -> None:
    assert rounded(1 / 3, 3) == "0.333"
    assert rounded(0.9996, 3) == "0.9996"
