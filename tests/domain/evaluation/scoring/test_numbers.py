from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json
from domain.evaluation.scoring import NotRecomputable, Score, ScoredItem, score
from domain.evaluation.scoring.numbers import MAX_DIGITS, NUMBER

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
TOLERANCES = st.floats(0, 1e6) | st.integers(0, 1000)


def run(answer: Json, response: str, **parameters: Json) -> Score:
    return score("numeric", parameters, response, ScoredItem("freeform", [], answer))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("It is 42.", "42"),
        ("first 1, then 2", "2"),
        ("1,234,567.89", "1,234,567.89"),
        ("1234,567", "567"),
        ("1,2345", "2345"),
        ("12,34", "34"),
        ("-5", "-5"),
        ("\u22125", "\u22125"),
        ("+5", "+5"),
        ("7-5", "5"),
        ("(7)-5", "5"),
        ("x = -5", "-5"),
        ("--5", "-5"),
        ("-$5", "-$5"),
        ("US$5", "5"),
        ("€5", "€5"),
        (".5", ".5"),
        ("-.5", "-.5"),
        ("5.", "5"),
        ("1.2.3", "1.2"),
        ("v1.2", None),
        ("CO2", None),
        ("x_1", None),
        ("5km", "5"),
        ("3e8", "3e8"),
        ("3e", "3"),
        ("6.02E+23", "6.02E+23"),
        ("50 %", "50"),
        ("2024-05-01", "01"),
        ("3/4", "4"),
        ("\\boxed{42}", "42"),
        ("**42**", "42"),
        ("٣", None),
        ("x²", None),
        ("none", None),
        ("", None),
    ],
)
def test_the_last_number_is_read(text: str, last: str | None) -> None:
    assert run(0, text).extracted == last


@given(st.text(st.sampled_from("0123,.+-−$€eE _)a\n\t"), max_size=30))
def test_the_last_number_is_the_last_match_of_the_whole_text(text: str) -> None:
    matches = [found[0] for found in NUMBER.finditer(text)]
    assert run(0, text).extracted == (matches[-1] if matches else None)


@given(DECIMALS, DECIMALS, TOLERANCES, TOLERANCES)
def test_comparing_is_exact(given_, answer, absolute, relative) -> None:  # type: ignore[no-untyped-def]  # decimals of hypothesis
    room = max(Fraction(repr(absolute)), Fraction(repr(relative)) * abs(Fraction(answer)))
    near = abs(Fraction(given_) - Fraction(answer)) <= room
    found = run(f"{answer:f}", f"{given_:f}", tolerance=absolute, relative_tolerance=relative)
    assert found.value == int(near)


def test_a_double_is_the_decimal_it_prints_as() -> None:
    assert run(0.1, "0.1").value == 1
    assert run(0.3, "0.1", tolerance=0.2).value == 1
    assert run(1e21, "1e21").value == 1
    assert run(5e-324, "5e-324").value == 1


@pytest.mark.parametrize("answer", ["#### 1,000", "1000.0", 1000, 1e3, [1, 1000], ["x 1", "1e3"]])
def test_an_answer_is_a_number_or_ends_in_one(answer: Json) -> None:
    assert run(answer, "1000").value == 1


@pytest.mark.parametrize(
    "answer", [None, True, "none", [], [None], {}, [[1]], float("nan"), float("inf")]
)
def test_an_answer_without_a_number_is_not_recomputable(answer: Json) -> None:
    with pytest.raises(NotRecomputable):
        run(answer, "1")


@pytest.mark.parametrize(
    "text", ["1e401", "1e-401", "1e" + "9" * 5_000, "1" * (MAX_DIGITS + 1), "." + "1" * 5_000]
)
def test_a_number_beyond_bounds_is_not_recomputable(text: str) -> None:
    with pytest.raises(NotRecomputable):
        run(1, text)
    with pytest.raises(NotRecomputable):
        run(text, "1")


def test_numbers_at_the_bounds_are_compared() -> None:
    digits = "9" * MAX_DIGITS
    assert run(f"{digits}e400", f"{digits}e00400", relative_tolerance=1e-300).value == 1
    assert run(f"{digits}e400", "1e-400", relative_tolerance=1e-300).value == 0


def test_only_the_last_number_is_bounded() -> None:
    assert run(1, "1e999, or rather 1").value == 1
