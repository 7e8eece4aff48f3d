"""Exact aggregates, in which the order of the values never shows: sums, means, percentiles.

Not here: what is aggregated (``docs/format.md``, section 9), and how numbers are printed.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from math import isfinite
from typing import Final

from domain.errors import InvalidInput, shown
from domain.syntax import is_index

PERCENTILES: Final = (50, 90, 99)
_DIGIT_BITS: Final = 16


class ExactSum:
    """The sum of integers and finite doubles, without rounding.

    A double is an integer over a power of two; numerators are added up by denominator, of which
    there are at most 1,075.
    """

    def __init__(self) -> None:
        self._numerators: dict[int, int] = {}

    def add(self, value: int | float) -> None:
        """Add a value.

        Raises:
            InvalidInput: for NaN and the infinities.
        """
        if not isfinite(value):
            raise InvalidInput("sum", "finite numbers", shown(value))
        numerator, denominator = value.as_integer_ratio()
        self._numerators[denominator] = self._numerators.get(denominator, 0) + numerator

    def extend(self, other: "ExactSum") -> None:
        """Add what another sum has."""
        for denominator, numerator in other._numerators.items():
            self._numerators[denominator] = self._numerators.get(denominator, 0) + numerator

    def mean(self, count: int) -> float:
        """Return sum ÷ count, rounded once to the nearest double (ties to even).

        Raises:
            InvalidInput: where the count is not positive, or no double is that large.
        """
        if count < 1:
            raise InvalidInput("mean", "a count from 1", str(count))
        whole = max(self._numerators, default=1)  # all are powers of two: the largest is a multiple
        total = sum(numer * (whole // denom) for denom, numer in self._numerators.items())
        try:
            return total / (whole * count)
        except OverflowError:
            raise InvalidInput("mean", "a mean that is a double", "a larger one") from None


class LatencyTable:
    """Whole milliseconds, eight bytes each, and their percentiles."""

    def __init__(self) -> None:
        self._values = array("Q")

    def __len__(self) -> int:
        return len(self._values)

    def add(self, milliseconds: int) -> None:
        """Add a value.

        Raises:
            InvalidInput: where it is not 0 to 2^53 − 1.
        """
        if not is_index(milliseconds):
            raise InvalidInput("latency", "whole milliseconds from 0", shown(milliseconds))
        self._values.append(milliseconds)

    def extend(self, other: "LatencyTable") -> None:
        """Add the values of another table."""
        self._values.extend(other._values)

    def within(self, bounds: Sequence[int]) -> Sequence[int]:
        """How many values are within each of these ascending bounds, and how many there are."""
        counts = Counter(bisect_left(bounds, value) for value in self._values)
        return [*accumulate(counts[number] for number in range(len(bounds) + 1))]

    def percentiles(self) -> dict[str, int]:
        """Return ``p50``, ``p90`` and ``p99``; of no values, nothing.

        Each is the least value that so many percent do not exceed, at rank ⌈percent/100 × n⌉:
        definition 1 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
        Statistician 50 (4), 1996.
        """
        if not self._values:
            return {}
        ranks = {percent: -(-percent * len(self._values) // 100) for percent in PERCENTILES}
        return {f"p{percent}": self._select(rank) for percent, rank in ranks.items()}

    def _select(self, rank: int) -> int:
        """The value at a rank, found digit by digit: sorting would make an object of each."""
        shift = max(self._values).bit_length() // _DIGIT_BITS * _DIGIT_BITS
        prefix = 0
        while True:
            above = shift + _DIGIT_BITS
            digits = Counter(value >> shift for value in self._values if value >> above == prefix)
            for digit in sorted(digits):
                if rank <= digits[digit]:
                    prefix = digit
                    break
                rank -= digits[digit]
            if shift == 0:
                return prefix
            shift -= _DIGIT_BITS
