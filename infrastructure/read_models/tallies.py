"""Tallies of a stretch of a run's events, by section, that add up: of stretches, that of the whole.

Sums are exact, and percentiles are found in sorted stretches without merging them. Not here: where
they are kept (``blocks``).
"""

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from application.read_model import Tokens
from domain.evaluation.statistics import PERCENTILES, ExactSum, LatencyTable
from domain.evaluation.summary import ScoreTally, Tally

_NARROW = 2**32


class Total(ExactSum):
    """An exact sum that can be kept and added to others."""

    def add_times(self, value: int | float, count: int) -> None:
        """Add a value so many times; less than none takes it away."""
        numerator, denominator = value.as_integer_ratio()
        self.add_ratio(numerator * count, denominator)

    def add_ratio(self, numerator: int, denominator: int) -> None:
        """Add a fraction whose denominator is a power of two."""
        self._numerators[denominator] = self._numerators.get(denominator, 0) + numerator

    def ratios(self) -> list[tuple[int, int]]:
        """The fractions that it is the sum of, one for each denominator."""
        pairs = ((numerator, denominator) for denominator, numerator in self._numerators.items())
        return sorted(pair for pair in pairs if pair[0])


@dataclass(slots=True)
class ScoreCounts:
    """What happened to the scores of one scorer; counts may be negative after revisions."""

    scored: int = 0
    undisclosed: int = 0
    total: Total = field(default_factory=Total)
    revised: int = 0
    """Of those that are scored."""

    def count(self, value: int | float | None, times: int, revised: int) -> None:
        """Count a value so many times, so many of them as revised."""
        self.scored += times
        self.revised += revised
        if value is None:
            self.undisclosed += times
        else:
            self.total.add_times(value, times)

    def mean(self) -> float | None:
        """The mean; None where nothing is scored, or not all is disclosed."""
        shown = self.scored and not self.undisclosed
        return self.total.mean(self.scored) if shown else None

    def add(
        self, scored: int, undisclosed: int, revised: int, ratios: Iterable[Sequence[int]]
    ) -> None:
        """Add those of another stretch."""
        self.scored += scored
        self.undisclosed += undisclosed
        self.revised += revised
        for numerator, denominator in ratios:
            self.total.add_ratio(numerator, denominator)

    def to_row(self) -> tuple[int, int, int, list[tuple[int, int]]]:
        """What :meth:`add` takes."""
        return self.scored, self.undisclosed, self.revised, self.total.ratios()


@dataclass(slots=True)
class Stretch:
    """What happened in one section; ``opened`` is without the plan, and so may be negative."""

    opened: int = 0
    answered: int = 0
    failed: int = 0
    attempts_failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    stating_in: int = 0
    stating_out: int = 0
    scores: dict[int, ScoreCounts] = field(default_factory=dict[int, ScoreCounts])
    latencies: list[Sequence[int]] = field(default_factory=list[Sequence[int]])
    """Ascending sequences of milliseconds."""

    @property
    def counts(self) -> tuple[int, ...]:
        """Opened, answered, failed, failed attempts, tokens in and out, answers that state them."""
        ended = (self.opened, self.answered, self.failed, self.attempts_failed)
        return (*ended, self.tokens_in, self.tokens_out, self.stating_in, self.stating_out)

    def count(self, *counts: int) -> None:
        """Add counts, in the order of ``counts``."""
        opened, answered, failed, attempts_failed, tokens_in, tokens_out, *stating = counts
        self.opened += opened
        self.answered += answered
        self.failed += failed
        self.attempts_failed += attempts_failed
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.stating_in += stating[0]
        self.stating_out += stating[1]

    def tokens(self) -> Tokens:
        """In the words of who asks."""
        return Tokens.of(self.tokens_in, self.tokens_out, self.stating_in, self.stating_out)

    def of(self, scorer: int) -> ScoreCounts:
        """The scores of one scorer."""
        return self.scores.setdefault(scorer, ScoreCounts())

    def add(self, other: "Stretch") -> None:
        """Add another stretch or section."""
        self.count(*other.counts)
        self.latencies += other.latencies
        for scorer, scores in other.scores.items():
            self.of(scorer).add(*scores.to_row())

    def add_kept(self, counts: Sequence[int], scores: str, latencies: bytes) -> None:
        """Add what :meth:`to_row` gave."""
        self.count(*counts)
        for scorer, *told in json.loads(scores):
            self.of(scorer).add(*told)
        if latencies:
            self.latencies.append(array("I" if latencies[:1] == b"I" else "Q", latencies[1:]))

    def to_row(self) -> tuple[object, ...]:
        """The counts, the scores as JSON, and the latencies as an array behind its type code."""
        scores = [[scorer, *scores.to_row()] for scorer, scores in sorted(self.scores.items())]
        return (*self.counts, json.dumps(scores), self._packed())

    def _packed(self) -> bytes:
        values = sorted(chain.from_iterable(self.latencies))
        if not values:
            return b""
        code = "I" if values[-1] < _NARROW else "Q"
        return code.encode() + array(code, values).tobytes()

    def to_tally(self, planned: int | None) -> Tally:
        """In the words of the domain."""
        return Tally(
            planned,
            [(planned or 0) + self.opened, self.answered, self.failed],
            self.attempts_failed,
            SortedLatencies(self.latencies),
            {n: ScoreTally(s.scored, s.undisclosed, s.total) for n, s in self.scores.items()},
        )


def union(stretches: Iterable[Stretch]) -> Stretch:
    """All of them together."""
    whole = Stretch()
    for stretch in stretches:
        whole.add(stretch)
    return whole


class SortedLatencies(LatencyTable):
    """Milliseconds in several ascending sequences."""

    def __init__(self, runs: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self._runs = runs

    def percentiles(self) -> dict[str, int]:
        """Return ``p50``, ``p90`` and ``p99`` by nearest rank; of no values, nothing."""
        count = sum(map(len, self._runs))
        if not count:
            return {}
        return {f"p{percent}": self._at(-(-percent * count // 100)) for percent in PERCENTILES}

    def within(self, bounds: Sequence[int]) -> list[int]:
        """How many values do not exceed each of the bounds, and how many there are."""
        told = [sum(bisect_right(run, bound) for run in self._runs) for bound in bounds]
        return [*told, sum(map(len, self._runs))]

    def _at(self, rank: int) -> int:
        """The least value that at least ``rank`` values do not exceed, by halving."""
        low, high = min(run[0] for run in self._runs), max(run[-1] for run in self._runs)
        while low < high:
            middle = (low + high) // 2
            if sum(bisect_right(run, middle) for run in self._runs) < rank:
                low = middle + 1
            else:
                high = middle
        return low
