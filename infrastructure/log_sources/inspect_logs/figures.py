"""Figures that Inspect reports of scores, recomputed: its metrics over its reducers.

Not here: which figures a log states (``comparison``), and metrics with parameters or of other
packages, which nobody can recompute without their code.
"""

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final


class Column:
    """The numbers of one scorer; each of a sample, by item."""

    def __init__(self) -> None:
        self._items, self._values = array("L"), array("d")

    def add(self, item: int, value: float) -> None:
        """Take in the score of a sample."""
        self._items.append(item)
        self._values.append(value)

    def values(self) -> Sequence[float]:
        """The numbers of all samples."""
        return self._values

    def reduced(self, reduce: Callable[[Sequence[float]], float]) -> Sequence[float]:
        """One number for each item, from those of its epochs."""
        order = sorted(range(len(self._items)), key=self._items.__getitem__)
        starts = [
            at
            for at, number in enumerate(order)
            if not at or self._items[number] != self._items[order[at - 1]]
        ]
        numbers = [self._values[number] for number in order]
        ends = pairwise([*starts, len(numbers)])
        return [reduce(numbers[start:end]) for start, end in ends]


def reducer(name: str) -> Callable[[Sequence[float]], float] | None:
    """The reducer of this name; None for one that is not known here."""
    kind, _, digits = name.rpartition("_")
    if kind in _COUNTING and digits.isdecimal() and len(digits) < 6:
        k, count = int(digits), _COUNTING[kind]
        return lambda values: count(sum(value >= 1 for value in values), len(values), k)
    return _REDUCERS.get(name)


def metric(name: str, values: Sequence[float]) -> float | None:
    """The metric of this name over values; None for one that is not known here, or no double."""
    compute = _METRICS.get(name)
    try:
        found = compute(values) if compute else math.nan
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _mean(values: Sequence[float]) -> float:
    """The mean; NaN where the sum is no double."""
    try:
        return math.fsum(values) / len(values) if values else 0.0
    except (OverflowError, ValueError):  # the latter for infinities, that a reducer can give
        return math.nan


def _median(values: Sequence[float]) -> float:
    ordered, middle = sorted(values), len(values) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _variance(values: Sequence[float]) -> float:
    mean = _mean(values)
    squares = math.fsum((value - mean) ** 2 for value in values)
    return squares / (len(values) - 1) if len(values) > 1 else 0.0


def _std(values: Sequence[float]) -> float:
    return math.sqrt(_variance(values))


def _stderr(values: Sequence[float]) -> float:
    return _std(values) / math.sqrt(len(values)) if values else 0.0


def _pass_at(right: int, total: int, k: int) -> float:
    if total < k:
        return math.nan
    return 1 - math.comb(total - right, k) / math.comb(total, k)


def _at_least(right: int, _: int, k: int) -> float:
    return float(right >= k)


_REDUCERS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "mean": _mean,
    "median": _median,
    "max": max,
}
_COUNTING: Final[Mapping[str, Callable[[int, int, int], float]]] = {
    "at_least": _at_least,
    "pass_at": _pass_at,
}
_METRICS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "accuracy": _mean,
    "mean": _mean,
    "std": _std,
    "var": _variance,
    "stderr": _stderr,
}
