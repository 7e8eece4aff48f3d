"""The plan: which results (item × epoch) a run set out to produce, declared before it started.

Not here: what became of them (``results``).
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Plan:
    """Inclusive ranges of item indexes, ascending and apart, each item planned for every epoch."""

    epochs: int = 0
    firsts: "array[int]" = field(default_factory=lambda: array("Q"))
    lasts: "array[int]" = field(default_factory=lambda: array("Q"))

    def extend(self, epochs: int, ranges: Sequence[Sequence[int]]) -> None:
        """Take in one ``run.planned``."""
        self.epochs = epochs
        for first, last in ranges:
            self.firsts.append(first)
            self.lasts.append(last)

    @property
    def declared(self) -> bool:
        """Whether there is a plan at all."""
        return self.epochs > 0

    @property
    def results(self) -> int:
        """How many results are planned."""
        pairs = zip(self.firsts, self.lasts, strict=True)
        return self.epochs * sum(last - first + 1 for first, last in pairs)

    def includes(self, item: int, epoch: int) -> bool:
        """Whether a result is planned."""
        at = bisect_right(self.firsts, item) - 1
        return at >= 0 and item <= self.lasts[at] and epoch <= self.epochs

    def items(self) -> Iterator[int]:
        """The planned items, ascending."""
        for first, last in zip(self.firsts, self.lasts, strict=True):
            yield from range(first, last + 1)
