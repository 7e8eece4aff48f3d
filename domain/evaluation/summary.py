"""The summary of a run: counts, means and percentiles, for the whole and for each section.

Results are counted in their sections, which add up to the whole. Every number is exact or rounded
once, and none depends on the order in which results came, so that whoever counts gets the same. Not
here: where the results are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.canonical import Json
from domain.evaluation import results
from domain.evaluation.plan import Plan
from domain.evaluation.statistics import ExactSum, LatencyTable

Score = int | float | None
"""A score's value; None where it is withheld or erased."""


@dataclass(slots=True)
class ScoreTally:
    """The scores of one scorer."""

    scored: int = 0
    undisclosed: int = 0
    total: ExactSum = field(default_factory=ExactSum)

    def add(self, value: Score) -> None:
        """Count one score."""
        self.scored += 1
        if value is None:
            self.undisclosed += 1
        else:
            self.total.add(value)

    def extend(self, other: "ScoreTally") -> None:
        """Count the scores of another tally as well."""
        self.scored += other.scored
        self.undisclosed += other.undisclosed
        self.total.extend(other.total)

    def to_json(self) -> dict[str, Json]:
        """In the form of ``summary.json``."""
        told: dict[str, Json] = {"scored": self.scored}
        if self.undisclosed:
            told["undisclosed"] = self.undisclosed
        elif self.scored:
            told["mean"] = self.total.mean(self.scored)
        return told


@dataclass(slots=True)
class Tally:
    """The results of a run or of one section."""

    planned: int | None = None
    outcomes: list[int] = field(default_factory=lambda: [0, 0, 0])
    attempts_failed: int = 0
    latencies: LatencyTable = field(default_factory=LatencyTable)
    scores: dict[int, ScoreTally] = field(default_factory=dict[int, ScoreTally])

    def add(self, bits: int, latency_ms: int | None, scores: Iterable[tuple[int, Score]]) -> None:
        """Count one result."""
        outcome, attempts, _ = results.unpack(bits)
        self.outcomes[outcome] += 1
        self.attempts_failed += attempts - (outcome == results.ANSWERED)
        if latency_ms is not None:
            self.latencies.add(latency_ms)
        for scorer, value in scores:
            tally = self.scores.get(scorer) or self.scores.setdefault(scorer, ScoreTally())
            tally.add(value)

    def extend(self, other: "Tally") -> None:
        """Count the results of another tally as well."""
        if other.planned is not None:
            self.planned = (self.planned or 0) + other.planned
        for outcome, count in enumerate(other.outcomes):
            self.outcomes[outcome] += count
        self.attempts_failed += other.attempts_failed
        self.latencies.extend(other.latencies)
        for scorer, scores in other.scores.items():
            self.scores.setdefault(scorer, ScoreTally()).extend(scores)

    def to_json(self, scorers: int) -> dict[str, Json]:
        """In the form of ``summary.json``."""
        opened, answered, failed = self.outcomes
        ended = answered + failed
        told: dict[str, Json] = {"answered": answered, "attempts_failed": self.attempts_failed}
        if ended:
            told["error_rate"] = failed / ended
        told["failed"] = failed
        if percentiles := self.latencies.percentiles():
            told["latency_ms"] = dict(percentiles)
        told["open"] = opened
        if self.planned is not None:
            told["planned"] = self.planned
        tallies = (self.scores.get(scorer, ScoreTally()) for scorer in range(scorers))
        told["scores"] = [tally.to_json() for tally in tallies]
        return told


class Summary:
    """Tallies for each section, which add up to that of the whole run."""

    def __init__(self, sections: int) -> None:
        self._declared = False
        self.sections = [Tally() for _ in range(sections)]

    def plan(self, plan: Plan, section_of: "Iterable[int]") -> None:
        """Count what is planned and begin with it all open; ``section_of`` is by item."""
        if not plan.declared:
            return
        self._declared = True
        for tally in self.sections:
            tally.planned = 0
        planned = iter(plan.items())
        coming = next(planned, None)
        for item, section in enumerate(section_of):
            if item == coming:
                tally = self.sections[section]
                tally.planned = (tally.planned or 0) + plan.epochs
                tally.outcomes[results.OPEN] += plan.epochs
                coming = next(planned, None)

    def add(
        self,
        section: int,
        bits: int,
        latency_ms: int | None,
        scores: Iterable[tuple[int, Score]],
        *,
        planned: bool,
    ) -> None:
        """Count one result; a planned one was open before."""
        tally = self.sections[section]
        tally.outcomes[results.OPEN] -= planned
        tally.add(bits, latency_ms, scores)

    def to_json(self, status: str, scorers: int) -> dict[str, Json]:
        """In the form of ``summary.json``."""
        whole = Tally(planned=0 if self._declared else None)
        for tally in self.sections:
            whole.extend(tally)
        return summary_json(whole, self.sections, status, scorers)


def summary_json(
    whole: Tally, sections: Iterable[Tally], status: str, scorers: int
) -> dict[str, Json]:
    """``summary.json``."""
    return {
        "all": whole.to_json(scorers),
        "sections": [tally.to_json(scorers) for tally in sections],
        "status": status,
    }
