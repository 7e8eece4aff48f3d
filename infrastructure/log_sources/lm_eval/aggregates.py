"""How the harness makes one number of a metric's values, and of the numbers of a group's tasks.

Not here: aggregations that are code of the task, or resample: they cannot be made anew.
"""

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.canonical import Json

MEAN: Final = "mean"
_NOT_A_NUMBER: Final = frozenset({"NaN"})


def _floats() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Column:
    """The values of one metric under one filter; ``weights`` where they are pairs."""

    values: "array[float]" = field(default_factory=_floats)
    weights: "array[float]" = field(default_factory=_floats)
    missing: int = 0
    others: int = 0

    def add(self, value: Json) -> None:
        """Take in the next value."""
        match value:
            case bool() | int() | float():
                self.values.append(value)
            case [int() | float() as number, int() | float() as weight]:
                self.values.append(number)
                self.weights.append(weight)
            case str() if value in _NOT_A_NUMBER:
                self.missing += 1
            case _:
                self.others += 1

    def aggregate(self, name: str) -> float | None:
        """What this aggregation makes of the values; None where that cannot be said."""
        weighted = name in _WEIGHTED
        whole = len(self.weights) == (len(self.values) if weighted else 0)
        fit = not self.others and (not self.missing or name == "nanmean")
        if name not in _AGGREGATIONS or not self.values or not whole or not fit:
            return None
        try:
            return _AGGREGATIONS[name](self.values, self.weights)
        except (OverflowError, ZeroDivisionError):
            return None

    def stderr(self) -> float | None:
        """The standard error of the mean; None where there is none."""
        mean = self.aggregate(MEAN)
        if mean is None or len(self.values) < 2:
            return None
        squares = math.fsum((value - mean) ** 2 for value in self.values)
        return math.sqrt(squares / (len(self.values) - 1) / len(self.values))


def aggregation_of(metric: str, configured: Json) -> str:
    """The aggregation of a metric: the one that a task's metric list names, or the harness' own."""
    entries = configured if isinstance(configured, list) else []
    for entry in entries:
        if isinstance(entry, dict) and entry.get("metric") == metric:
            named = entry.get("aggregation")
            if isinstance(named, str):
                return named
    return _DEFAULTS.get(metric, "")


def of_group(values: Sequence[float], sizes: Sequence[int]) -> Sequence[float]:
    """What a group's number may be: the mean of its tasks' by their sizes, or by none."""
    weighted = math.fsum(v * size for v, size in zip(values, sizes, strict=True))
    return [weighted / sum(sizes), math.fsum(values) / len(values)]


def stderr_of_group(values: Sequence[float], sizes: Sequence[int]) -> Sequence[float]:
    """What its standard error may be: pooled by the sizes, or that of the plain mean."""
    plain = math.sqrt(math.fsum(value**2 for value in values)) / len(values)
    if sum(sizes) <= len(sizes):
        return [plain]
    pooled = math.fsum((n - 1) * n * v**2 for v, n in zip(values, sizes, strict=True))
    return [math.sqrt(pooled / (sum(sizes) - len(sizes)) / sum(sizes)), plain]


def close(stated: float, computed: float) -> bool:
    """Whether two numbers differ by no more than sums in another order do."""
    return math.isclose(stated, computed, rel_tol=1e-9, abs_tol=1e-12)


def _mean(values: Sequence[float], _: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _median(values: Sequence[float], _: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(values) / math.fsum(weights)


_AGGREGATIONS: Final[dict[str, Callable[[Sequence[float], Sequence[float]], float]]] = {
    MEAN: _mean,
    "nanmean": _mean,
    "median": _median,
    "perplexity": lambda values, weights: math.exp(-_mean(values, weights)),
    "weighted_perplexity": lambda values, weights: math.exp(-_weighted(values, weights)),
    "bits_per_byte": lambda values, weights: -_weighted(values, weights) / math.log(2),
}
_WEIGHTED: Final = frozenset({"weighted_perplexity", "bits_per_byte"})
_DEFAULTS: Final = {
    **dict.fromkeys(("acc", "acc_norm", "acc_mutual_info", "acc_bytes", "exact_match"), MEAN),
    "likelihood": MEAN,
    "perplexity": "perplexity",
    "word_perplexity": "weighted_perplexity",
    "byte_perplexity": "weighted_perplexity",
    "bits_per_byte": "bits_per_byte",
}
