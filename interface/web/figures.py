"""A run's totals as tables and plots show them. Not here: how they are counted, and look."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import Any, Final, NamedTuple

from application.read_model import ReadModel
from application.rows import FailureKinds, RunRow, Tokens
from interface.web.labels import Labels, labels

_STRETCHES: Final = 10
"""Of the latency at most, below the 99th percentile."""

_LONGEST: Final = 17
"""Digits of a latency."""

_LABEL: Final = 22
"""Characters beside a bar."""

_LEGEND: Final = 30
"""Characters below the bars."""


class Figures(NamedTuple):
    """What plots are made of: a run's totals, and what its sections and scorers are called."""

    summary: Mapping[str, Any]
    sections: Sequence[str]
    scorers: Sequence[str]
    tokens: Sequence[Tokens]
    spread: Sequence[tuple[str, int]]
    """Stretches of the latency, each with the number of answers in it."""
    errors: FailureKinds
    revised: Sequence[int]
    """How many results have a revised score by each scorer."""

    @property
    def section_labels(self) -> Labels:
        """What the sections are called in plots."""
        tallies = self.summary["sections"]
        named = zip_longest(self.sections[: len(tallies)], tallies)
        return labels([name or None for name, _ in named], _LABEL)

    @property
    def scorer_labels(self) -> Labels:
        """What the scorers are called in plots."""
        return labels(self.scorers, _LEGEND)

    @property
    def kind_labels(self) -> Labels:
        """What the kinds of errors are called in plots, numbered from the most frequent one."""
        return labels([kind.name for kind in self.errors.kinds], _LABEL, first=1)


def figures_of(
    read_model: ReadModel, row: RunRow, summary: Mapping[str, Any], scorers: Sequence[str]
) -> Figures:
    """The totals of a run with this summary."""
    bounds = bounds_of(summary["all"].get("latency_ms", {}).get("p99"))
    usage = read_model.usage(row.key, bounds)
    sections = [each.name or "" for each in read_model.sections(row.dataset)]
    spread = spread_of(bounds, usage.within)
    errors = read_model.failures(row.key)
    return Figures(summary, sections, scorers, usage.tokens, spread, errors, usage.revised)


def without_kind(errors: FailureKinds) -> Sequence[tuple[str, int]]:
    """Why failed results are counted under no kind that is named, and how many of each."""
    told = {
        "other kinds": errors.others,
        "no kind": errors.unnamed,
        "withheld or erased": errors.undisclosed,
    }
    return [(why, results) for why, results in told.items() if results]


def bounds_of(most: int | None) -> Sequence[int]:
    """Upper bounds of equal stretches, each of 1, 2 or 5 times a power of ten, up to ``most``."""
    if most is None:
        return ()
    steps = (times * 10**power for power in range(_LONGEST) for times in (1, 2, 5))
    step = next(step for step in steps if step * _STRETCHES >= most)
    return [*range(step, max(most, 1) + step, step)]


def spread_of(bounds: Sequence[int], within: Sequence[int]) -> Sequence[tuple[str, int]]:
    """How many are in each stretch, and beyond the last; ``within`` counts all up to its end."""
    if not bounds:
        return ()
    ends = [0, *bounds]
    told = [f"{low:,} – {high:,}" for low, high in pairwise(ends)] + [f"over {bounds[-1]:,}"]
    return [*zip(told, (high - low for low, high in pairwise([0, *within])), strict=True)]
