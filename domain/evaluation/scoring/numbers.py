"""The scorer ``numeric``: the last number, compared in exact decimals (scoring, section 8).

A decimal is a pair of integers, (mantissa, exponent): no binary fraction is ever made of one.
"""

import re
from typing import Final, TypeAlias, cast

from domain.canonical import Json
from domain.evaluation.scoring.model import (
    NotRecomputable,
    Score,
    ScoredItem,
    Settings,
    listed,
)
from domain.syntax import is_number

MAX_DIGITS: Final = 1_000
MAX_EXPONENT: Final = 400

NUMBER: Final = re.compile(
    r"(?:(?<![A-Za-z0-9_)\]])([+\-\u2212])|(?<![A-Za-z0-9_]))(?<![0-9]\.)[$\u20ac\u00a3]?"
    r"(?:((?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+))(?:\.([0-9]+))?|\.([0-9]+))"
    r"(?:[eE]([+-]?[0-9]+))?"
)
"""Sign, whole digits, their fraction, a fraction alone, exponent. JavaScript reads it the same."""

Decimal: TypeAlias = tuple[int, int]


def numeric(settings: Settings, text: str, item: ScoredItem) -> Score:
    """1 where the last number is near enough to an answer; extracted: the number as written."""
    answers = [_reference(member) for member in listed(item.answer)]
    if not answers:
        raise NotRecomputable("the reference answer is an empty list")
    found = _last(text)
    if found is None:
        return Score(0, None)
    given = _decimal(found)
    near = any(_is_near(given, answer, settings) for answer in answers)
    return Score(int(near), found[0])


def _reference(answer: Json) -> Decimal:
    found = _last(answer if isinstance(answer, str) else "")
    if found is not None:
        return _decimal(found)
    if not is_number(answer):
        raise NotRecomputable("the reference answer holds no number")
    return _exactly(cast("int | float", answer))


def _exactly(number: int | float) -> Decimal:
    """The decimal number that RFC 8785 prints, so 0.1 is one tenth."""
    if isinstance(number, int):
        return number, 0
    found = NUMBER.fullmatch(repr(number))
    if found is None:
        raise NotRecomputable(f"the number {number} is not finite")
    return _decimal(found)


def _last(text: str) -> re.Match[str] | None:
    """The last number; no number holds a space or depends on what is beyond one."""
    for word in reversed(text.split(" ")):
        found = None
        for found in NUMBER.finditer(word):  # noqa: B007 - the last one is what is wanted
            pass
        if found:
            return found
    return None


def _decimal(found: re.Match[str]) -> Decimal:
    sign, whole, fraction, bare, exponent = (group or "" for group in found.groups())
    digits = whole.replace(",", "") + fraction + bare
    power = exponent.lstrip("+-").lstrip("0")
    if len(digits) > MAX_DIGITS or len(power) > 3 or int(power or 0) > MAX_EXPONENT:
        raise NotRecomputable(f"a number of over {MAX_DIGITS:,} digits or beyond 1e±{MAX_EXPONENT}")
    mantissa = int(digits) if sign in ("", "+") else -int(digits)
    shift = -int(power or 0) if exponent.startswith("-") else int(power or 0)
    return mantissa, shift - len(fraction + bare)


def _is_near(given: Decimal, answer: Decimal, settings: Settings) -> bool:
    """``|given − answer| ≤ max(tolerance, relative_tolerance × |answer|)``."""
    absolute = _exactly(cast("int | float", settings["tolerance"]))
    relative = _exactly(cast("int | float", settings["relative_tolerance"]))
    share = (relative[0] * abs(answer[0]), relative[1] + answer[1])
    lowest = min(power for _, power in (given, answer, absolute, share))
    left, right, *room = (_scaled(each, lowest) for each in (given, answer, absolute, share))
    return abs(left - right) <= max(room)


def _scaled(number: Decimal, power: int) -> int:
    """How many times ``10^power`` it is; ``power`` is not above the number's own."""
    mantissa, own = number
    scale: int = 10 ** (own - power)
    return mantissa * scale
