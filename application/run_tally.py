"""Counts what an account tells of a run's results: totals, errors by kind, the lowest scores.

Memory goes by what a summary takes (eight bytes an answer) and is bounded otherwise. Not here: how
a summary counts (``domain.evaluation.summary``).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Any, Final, NamedTuple

from application.rows import MOST_KINDS, FailedAlike, FailureKinds, Tokens
from domain.bundle import views
from domain.bundle.reading import Content, Reading, Result
from domain.canonical import Json
from domain.evaluation.failures import error_kind, error_message
from domain.evaluation.run import Run

MOST_LOWEST: Final = 20

_MOST_IN_MEMORY: Final = 10_000
"""Kinds, and messages; messages that differ each time could be any number."""


@dataclass(slots=True)
class _Alike:
    """Results by a text, told apart up to a limit; ``count`` is of all."""

    count: int = 0
    _counts: Counter[str] = field(default_factory=Counter[str])
    _first: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    def add(self, text: str, result: Result) -> None:
        self.count += 1
        if text in self._counts or len(self._counts) < _MOST_IN_MEMORY:
            self._counts[text] += 1
            self._first.setdefault(text, (result.item, result.epoch))

    def most(self) -> Sequence[FailedAlike]:
        """The most frequent ones; of those that are equally frequent, by name."""
        found = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_KINDS]
        return [FailedAlike(text, count, *self._first[text]) for text, count in found]


@dataclass(slots=True)
class Failures:
    """Results that were given up, by what their errors say."""

    _undisclosed: int = 0
    _kinds: _Alike = field(default_factory=_Alike)
    _unnamed: _Alike = field(default_factory=_Alike)

    def add(self, result: Result, outcome: Content) -> None:
        """Count a result that failed."""
        error = outcome.value("error")
        if "error" in outcome.undisclosed:
            self._undisclosed += 1
        elif kind := error_kind(error):
            self._kinds.add(kind, result)
        else:
            self._unnamed.add(error_message(error), result)

    def by_kind(self) -> FailureKinds:
        """The most frequent kinds, and how many results are of none of them."""
        kinds = self._kinds.most()
        others = self._kinds.count - sum(kind.results for kind in kinds)
        return FailureKinds(kinds, others, self._unnamed.count, self._undisclosed)

    def messages(self) -> Sequence[FailedAlike]:
        """What the most frequent errors say that state no kind."""
        return [each for each in self._unnamed.most() if each.name]


class Low(NamedTuple):
    """A result with a low score; texts are excerpts, None for what is not disclosed or there."""

    item: int
    epoch: int
    id: str | None
    section: int
    score: int | float | None
    revised: bool
    question: str | None
    answer: str | None
    response: str | None


class LowScores(NamedTuple):
    """What the first scorer gave: of ``scored`` results, ``below`` are less than the ``highest``.

    ``places`` are (item, epoch) of the lowest of these, the lowest first.
    """

    scored: int
    highest: float | None
    below: int
    places: Sequence[tuple[int, int]]


@dataclass(slots=True)
class _Ranks:
    """The lowest scores, of those below the highest."""

    count: int = 0
    highest: float | None = None
    ties: int = 0
    _low: list[tuple[float, int, int]] = field(default_factory=list[tuple[float, int, int]])

    def add(self, value: float, item: int, epoch: int) -> None:
        self.count += 1
        if self.highest is None or value > self.highest:
            self.highest, self.ties = value, 0
        self.ties += value == self.highest
        place = (-value, -item, -epoch)
        if len(self._low) < MOST_LOWEST:
            heappush(self._low, place)
        else:
            heappushpop(self._low, place)

    def places(self) -> Sequence[tuple[int, int]]:
        low = sorted(self._low, reverse=True)
        return [(-item, -epoch) for value, item, epoch in low if -value != self.highest]


class RunTally:
    """Takes in the results of a run one by one."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._summary = views.new_summary(reading)
        self._tokens: list[list[int]] = [[0, 0, 0, 0] for _ in self._summary.sections]
        self._ranks = _Ranks()
        self._revised = Counter[int]()
        self.failures = Failures()

    def add(self, result: Result) -> None:
        """Count one."""
        views.count(self._summary, self._reading, result)
        section, facts = result.row.facts["section"], result.facts
        for direction, name in enumerate(("tokens_in", "tokens_out")):
            self._tokens[section][direction] += facts.get(name, 0)
            self._tokens[section][2 + direction] += name in facts
        if result.outcome and result.outcome.type == "item.failed":
            self.failures.add(result, result.outcome)
        self._revised.update(n for n, s in result.scores.items() if s.type == "score.revised")
        value = views.score_value(result.scores[0]) if 0 in result.scores else None
        if value is not None:
            self._ranks.add(value, result.item, result.epoch)

    def low_scores(self) -> LowScores:
        """The results whose first score is below the highest."""
        ranks = self._ranks
        return LowScores(ranks.count, ranks.highest, ranks.count - ranks.ties, ranks.places())

    def summary(self, run: Run) -> Mapping[str, Any]:
        """The summary, in the form of ``summary.json``."""
        return self._summary.to_json(run.status, run.scorers)

    def revised(self, run: Run) -> Sequence[int]:
        """How many results have a revised score by each scorer."""
        return [self._revised[scorer] for scorer in range(run.scorers)]

    def tokens(self) -> Sequence[Tokens]:
        """Of the whole, then of each section."""
        whole = map(sum, zip([0] * 4, *self._tokens, strict=True))
        return [Tokens.of(*sums) for sums in (whole, *self._tokens)]

    def within(self, bounds: Sequence[int]) -> Sequence[int]:
        """How many answers took no longer than each bound, and how many have a latency."""
        counts = [tally.latencies.within(bounds) for tally in self._summary.sections]
        none = [0] * (len(bounds) + 1)
        return [sum(column) for column in zip(none, *counts, strict=True)]


def lowest_of(
    reading: Reading, places: Sequence[tuple[int, int]], excerpt: Callable[[Json], str]
) -> Sequence[Low]:
    """Read these results again, with excerpts of what was asked and answered."""
    return [_low(reading, item, epoch, excerpt) for item, epoch in places]


def _low(reading: Reading, item: int, epoch: int, excerpt: Callable[[Json], str]) -> Low:
    row, history = reading.row(item), reading.history
    place = history.outcomes.get(epoch, item)
    outcome = reading.at(place, "low") if place else None
    about = row.value("item")

    def told(content: Content | None, kind: str) -> str | None:
        shown = content and kind in content.texts and kind not in content.undisclosed
        return excerpt(content.value(kind)) if content and shown else None

    at = history.scores[0].get(epoch, item)
    scored = reading.at(at, "low score") if at else None
    return Low(
        item=item,
        epoch=epoch,
        id=str(about["id"]) if isinstance(about, dict) else None,
        section=row.facts["section"],
        score=views.score_value(scored) if scored else None,
        revised=scored is not None and scored.type == "score.revised",
        question=told(row, "question"),
        answer=told(row, "answer"),
        response=told(outcome, "response"),
    )
