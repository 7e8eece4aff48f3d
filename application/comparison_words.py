"""The comparison of two runs in one sentence, for who reads nothing else. Pure."""

from typing import Final, NamedTuple

from application.comparison import Paired
from application.paired_statistics import CONFIDENCE, Estimate
from application.rounding import rounded

LIKELY: Final = 0.05
"""Where chance alone gives such a difference as often as this, none is shown."""


class Found(NamedTuple):
    """What is said: ``p_holm`` is corrected for all ``tests``."""

    paired: Paired
    estimate: Estimate | None
    p_holm: float | None
    tests: int


def sentence(first: str, second: str, found: Found) -> str:
    """The difference between two runs, how sure it is, and the flips."""
    paired, estimate = found.paired, found.estimate
    if estimate is None:
        return f"{first} and {second} have no item that both answered and scored."
    head = f"{second} scores {_difference(paired, first)} on {_items(paired)}"
    told = [head + _interval(paired, estimate), _flips(paired), _test(found, estimate)]
    unsure = paired.difference and found.p_holm is not None and found.p_holm >= LIKELY
    return "; ".join(told) + (". Chance alone may explain the difference." if unsure else ".")


def points(paired: Paired, value: float) -> str:
    """A difference of means: in points of a hundred where scores are 0 or 1."""
    if not paired.binary:
        return rounded(value, 3)
    told = f"{100 * value:.1f}"
    return told if float(told) or not value else f"{100 * value:.2g}"


def probability(value: float) -> str:
    """A p value."""
    return "p < 0.0001" if value < 0.0001 else f"p = {value:.2g}"


def _difference(paired: Paired, first: str) -> str:
    difference = paired.difference or 0.0
    if not difference:
        return f"the same as {first}"
    amount = points(paired, abs(difference)) + (" points" if paired.binary else "")
    return f"{amount} {'higher' if difference > 0 else 'lower'} than {first}"


def _items(paired: Paired) -> str:
    counted = f"{paired.items:,} paired item" + ("" if paired.items == 1 else "s")
    return f"{counted}, each averaged over its epochs" if paired.averaged else counted


def _interval(paired: Paired, estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = points(paired, estimate.low), points(paired, estimate.high)
    return f" ({100 * CONFIDENCE:.0f} % CI {low} to {high})"


def _flips(paired: Paired) -> str:
    thing = ("result" if paired.averaged else "item") + ("" if paired.higher == 1 else "s")
    if paired.binary:
        return f"{paired.higher:,} {thing} flipped to right, {paired.lower:,} to wrong"
    return f"{paired.higher:,} {thing} scored higher, {paired.lower:,} lower"


def _test(found: Found, estimate: Estimate) -> str:
    if found.p_holm is None:
        return "no test"
    corrected = f", Holm-corrected for {found.tests} comparisons" if found.tests > 1 else ""
    return f"{probability(found.p_holm)} ({estimate.test}{corrected})"
