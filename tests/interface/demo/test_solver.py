"""The demo's program: what it gets right, what it gets wrong, and where it gives up."""

import pytest

from interface.demo.solver import GaveUp, answer


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("What is 17 + 28?", "45"),
        ("What is 0.1 + 0.2?", "0.3"),
        ("What is 7 * 8?\nA) 54\nB) 56", "56"),
        ("How many grams are 12 pounds?", "5443.10844"),
        ("Which of these is the longest?\nA) 2 miles\nB) 3300 metres", "3300 metres"),
        ("Which weekday was 20 July 1969?", "Sunday"),
        ("Which weekday is 29 February 2024?", "Thursday"),
        ("How many days are there from 2 March 2024 to 1 March 2024?", "-1"),
        ("Which date is 100 days after 1 January 2025?", "11 April 2025"),
        ("Is 2024 a leap year?", "yes"),
    ],
)
def test_what_it_can_do_is_right(prompt: str, told: str) -> None:
    assert answer(prompt) == told


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("What is 3 + 4 * 5?", "35"),
        ("How many degrees Fahrenheit are 100 degrees Celsius?", "180"),
        ("Which weekday was 1 January 1900?", "Sunday"),
        ("Is 2100 a leap year?", "yes"),
    ],
)
def test_it_is_wrong_in_ways_of_its_own(prompt: str, told: str) -> None:
    assert answer(prompt) == told


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("Who are you?", "no rule reads this question"),
        ("What is 84 / 0?", "84 / 0 has no value"),
        ("What is 0 / 0?", "0 / 0 has no value"),
        ("How many grams are 3 hours?", "no factor from hours to grams"),
        ("What is 7 * 8?\nA) 54\nB) 58", "none of the choices is 56"),
        ("Which date is 50000 days after 1 January 2025?", "out of patience after 40000 days"),
    ],
)
def test_it_gives_up_and_says_why(prompt: str, why: str) -> None:
    with pytest.raises(GaveUp, match=why):
        answer(prompt)


def test_with_more_patience_it_gets_further() -> None:
    question = "Which weekday will 31 December 2099 be?"
    with pytest.raises(GaveUp):
        answer(question, patience=40_000)
    assert answer(question, patience=80_000) == "Thursday"
