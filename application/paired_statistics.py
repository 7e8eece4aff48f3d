"""The port of the statistics of paired scores: numbers in, an interval and a test out.

Not here: which scores are a pair (``pairing``), and which of the two questions is asked of them
(``paired_scores``).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

CONFIDENCE: Final = 0.95


class Estimate(NamedTuple):
    """How far a difference, second minus first, can be chance.

    ``low`` and ``high`` are the ends of the interval of :data:`CONFIDENCE`, None where there is
    none; ``interval`` and ``test`` say by which methods; ``p`` is two-sided.
    """

    low: float | None
    high: float | None
    interval: str
    p: float | None
    test: str


class Statistics(Protocol):
    """Answers the same to the same numbers, every time."""

    def of_flips(self, higher: int, lower: int, pairs: int) -> Estimate:
        """Of pairs of scores that are 0 or 1: in how many the second is higher, or lower."""
        ...

    def of_scores(self, firsts: Sequence[float], seconds: Sequence[float]) -> Estimate:
        """Of any pairs of scores; both have as many, and at least one."""
        ...


def holm(chances: Sequence[float]) -> list[float]:
    """The p values of several tests, each corrected for the others, in their order.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (2), 1979.
    """
    corrected, reached = [*chances], 0.0
    order = sorted(range(len(chances)), key=chances.__getitem__)
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = reached
    return corrected
