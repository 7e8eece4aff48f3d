"""The figures of a benchmark: what some work took, beside its raw limit, as a row of a table.

Not here: any work (``measurements``), and how rows are printed (``benchmark``).
"""

import resource
import time
from collections.abc import Callable
from typing import NamedTuple


class Figure(NamedTuple):
    """One row: wall and processor time, that of the raw limit, raw ÷ work, rate, peak memory."""

    name: str
    items: str
    seconds: str
    processor: str
    raw: str
    ratio: str
    rate: str
    peak: str


class Spent(NamedTuple):
    """Seconds by the clock on the wall, and of all threads on processors; others lengthen one."""

    wall: float = 0.0
    processor: float = 0.0

    @classmethod
    def now(cls) -> "Spent":
        """Up to now."""
        return cls(time.perf_counter(), time.process_time())

    def since(self, start: "Spent") -> "Spent":
        """From one moment to another."""
        return Spent(self.wall - start.wall, self.processor - start.processor)

    def and_(self, more: "Spent") -> "Spent":
        """Both together."""
        return Spent(self.wall + more.wall, self.processor + more.processor)


def figure(name: str, items: int, spent: Spent, raw: Spent | None, rate: str) -> Figure:
    """Format one row; the ratio is of processor time."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figure(
        name,
        f"{items:,}",
        f"{spent.wall:.2f} s",
        f"{spent.processor:.2f} s",
        "" if raw is None else f"{raw.processor:.2f} s",
        "" if raw is None else f"{raw.processor / spent.processor:.2f}",
        rate,
        f"{peak:.0f} MiB",
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time."""
    return measured(work).wall


def measured(work: Callable[[], object]) -> Spent:
    """What some work takes."""
    start = Spent.now()
    work()
    return Spent.now().since(start)
