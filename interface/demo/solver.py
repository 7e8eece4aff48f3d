"""The program that answers the demo's questions: it reads a question's text and works it out.

It is small, and wrong in ways of its own, as what is evaluated usually is: it calculates from left
to right, converts units by factors alone, takes every fourth year for a leap year, and counts days
one by one until its patience ends. Nothing in it knows the reference answers. Not here: any of
eval752; it claims to be no language model.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Final, NamedTuple

PROVIDER: Final = "eval752-demo"
MODEL: Final = "small-solver-1"
PATIENCE: Final = 40_000
"""Days that it counts at a first attempt."""


class GaveUp(Exception):
    """It has no answer; the message says why."""


class Date(NamedTuple):
    """A date in the calendar as this program believes it to be; months and days from 1."""

    year: int
    month: int
    day: int


_START: Final = Date(1970, 1, 1)
_WEEKDAYS: Final = (
    "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"
)  # fmt: skip
"""From the weekday of the first day of 1970 on."""
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_UNITS: Final = {
    "length": {
        "millimetres": "0.001", "centimetres": "0.01", "metres": "1", "kilometres": "1000",
        "inches": "0.0254", "feet": "0.3048", "miles": "1609.344",
    },
    "time": {"seconds": "1", "minutes": "60", "hours": "3600", "days": "86400", "weeks": "604800"},
    "mass": {"grams": "1", "kilograms": "1000", "ounces": "28.349523125", "pounds": "453.59237"},
    "volume": {"millilitres": "0.001", "litres": "1", "cubic metres": "1000"},
    "temperature": {"degrees Celsius": "9", "degrees Fahrenheit": "5"},
}  # fmt: skip


def answer(prompt: str, patience: int = PATIENCE) -> str:
    """Answer a question; where lines ``A) …`` follow it, by the text of one of these choices.

    Raises:
        GaveUp: when the question cannot be read or worked out.
    """
    question, *lines = prompt.splitlines()
    choices = [line.partition(") ")[2] for line in lines]
    for pattern, rule in _RULES:
        if found := re.fullmatch(pattern, question):
            told = rule(found, choices, patience)
            break
    else:
        raise GaveUp("no rule reads this question")
    if choices and told not in choices:
        raise GaveUp(f"none of the choices is {told}")
    return told


def _calculate(found: re.Match[str], _: list[str], __: int) -> str:
    first, *rest = found[1].split()
    total = Decimal(first)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        total = _step(total, sign, Decimal(number))
    return _plain(total)


def _step(total: Decimal, sign: str, number: Decimal) -> Decimal:
    try:
        return _OPERATIONS[sign](total, number)
    except (DivisionByZero, InvalidOperation):
        raise GaveUp(f"{total} {sign} {number} has no value") from None


def _convert(found: re.Match[str], _: list[str], __: int) -> str:
    wanted, number, given = found.groups()
    factors = next((units for units in _UNITS.values() if {wanted, given} <= units.keys()), None)
    if factors is None:
        raise GaveUp(f"no factor from {given} to {wanted}")
    return _plain(Decimal(number) * Decimal(factors[given]) / Decimal(factors[wanted]))


def _longest(_: re.Match[str], choices: list[str], __: int) -> str:
    def metres(choice: str) -> Decimal:
        number, _, unit = choice.partition(" ")
        return Decimal(number) * Decimal(_UNITS["length"][unit])

    return max(choices, key=metres)


def _weekday(found: re.Match[str], _: list[str], patience: int) -> str:
    return _WEEKDAYS[_days(_START, _date(found[1]), patience) % 7]


def _days_between(found: re.Match[str], _: list[str], patience: int) -> str:
    return str(_days(_date(found[1]), _date(found[2]), patience))


def _days_after(found: re.Match[str], _: list[str], patience: int) -> str:
    for number, date in enumerate(_days_from(_date(found[2]), patience)):
        if number == int(found[1]):
            return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
    raise GaveUp(f"out of patience after {patience} days")


def _leap(found: re.Match[str], _: list[str], __: int) -> str:
    return "yes" if _length(int(found[1]), 2) == 29 else "no"


def _date(text: str) -> Date:
    day, month, year = text.split()
    return Date(int(year), _MONTHS.index(month) + 1, int(day))


def _days(first: Date, last: Date, patience: int) -> int:
    """Count from one date to another, either way."""
    early, late = sorted((first, last))
    for number, date in enumerate(_days_from(early, patience)):
        if date == late:
            return number if first <= last else -number
    raise GaveUp(f"out of patience after {patience} days")


def _days_from(date: Date, patience: int) -> Iterator[Date]:
    year, month, day = date
    for _ in range(patience):
        yield Date(year, month, day)
        day += 1
        if day > _length(year, month):
            month, day = month + 1, 1
        if month > 12:
            year, month = year + 1, 1


def _length(year: int, month: int) -> int:
    return 29 if month == 2 and year % 4 == 0 else _LENGTHS[month - 1]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


_OPERATIONS: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": Decimal.__add__,
    "-": Decimal.__sub__,
    "*": Decimal.__mul__,
    "/": Decimal.__truediv__,
}
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_DATE: Final = rf"([0-9]{{1,2}} (?:{'|'.join(_MONTHS)}) [0-9]{{4}})"
_RULES: Final[tuple[tuple[str, Callable[[re.Match[str], list[str], int], str]], ...]] = (
    (rf"What is ({_NUMBER}(?: [-+*/] {_NUMBER})+)\?", _calculate),
    (rf"How many ([A-Za-z ]+) are ({_NUMBER}) ([A-Za-z ]+)\?", _convert),
    (r"Which of these is the longest\?", _longest),
    (rf"Which weekday (?:is|was|will) {_DATE}(?: be)?\?", _weekday),
    (rf"How many days are there from {_DATE} to {_DATE}\?", _days_between),
    (rf"Which date is ([0-9]+) days after {_DATE}\?", _days_after),
    (r"Is ([0-9]{1,4}) a leap year\?", _leap),
)
