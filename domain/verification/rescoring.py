"""Check 16: each deterministic score is computed again from response and answer.

A judge's score is what the judge said: it is counted, never recomputed. So is a revised one, whose
reason is a person's. Work is counted in steps, never in seconds, so that every verifier comes to
the same report. Not here: the rules of scoring (``domain.evaluation.scoring``).
"""

from collections import Counter
from collections.abc import Sequence, Set
from typing import Final

from domain.bundle.reading import Content, Reading, Result
from domain.canonical import encode
from domain.evaluation.config import Scorer, scorers_of
from domain.evaluation.scoring import (
    NotRecomputable,
    Score,
    ScoredItem,
    is_recomputable,
    needs,
    score,
    steps_per_byte,
    text_of,
)
from domain.verification.checks import Check, Outcome
from domain.verification.report import Report

STEPS_PER_BYTE: Final = 64
FREE_BYTES: Final = 1_000_000
"""What the smallest bundle has as if it were content; why both are so: scoring, section 9."""


class Budget:
    """The steps that scoring a bundle of so many bytes of content may take."""

    def __init__(self, content: int) -> None:
        self._steps = self._left = STEPS_PER_BYTE * (FREE_BYTES + content)

    def spend(self, steps: int) -> None:
        """Take steps for one score.

        Raises:
            NotRecomputable: where so many are not left; none is taken then.
        """
        if steps > self._left:
            raise NotRecomputable(f"beyond the {self._steps:,} steps for a bundle of this size")
        self._left -= steps


class Rescoring:
    """Counts what was recomputed, and why the rest was not."""

    def __init__(self, reading: Reading, report: Report, content: int) -> None:
        self._report = report
        self._budget = Budget(content)
        registered = reading.registered("run.registered")
        config = registered.value("config") if registered else None
        self._scorers: Sequence[Scorer] = scorers_of(config)
        self._prices = [steps_per_byte(each.method, each.parameters) for each in self._scorers]
        self._recomputable = {
            number for number, each in enumerate(self._scorers) if is_recomputable(each.method)
        }
        self._same = 0
        self._not_recomputed: Counter[str] = Counter()

    def check(self, result: Result) -> None:
        """Recompute the scores of one result."""
        for scorer, content in sorted(result.scores.items()):
            try:
                again = self._again(result, scorer, content)
            except NotRecomputable as problem:
                self._not_recomputed[problem.reason] += 1
            else:
                self._compare(result, scorer, content, again)
        answered = result.outcome and result.outcome.type == "item.answered"
        if answered and (unscored := self._recomputable - result.scores.keys()):
            self._not_recomputed["answered, and not scored"] += len(unscored)

    def settle(self) -> None:
        """Say what the check came to."""
        rest = ", ".join(
            f"{count} not: {why}" for why, count in self._not_recomputed.most_common(5)
        )
        if not self._same and not rest:
            self._report.settle(Check.RESCORING, Outcome.NOT_SHOWN, "nothing was scored")
            return
        outcome = Outcome.NOT_SHOWN if rest else Outcome.PASSED
        told = f"{self._same} scores recomputed" + (f", {rest}" if rest else "")
        self._report.settle(Check.RESCORING, outcome, told)

    def _again(self, result: Result, scorer: int, content: Content) -> Score:
        if not self._scorers:
            raise NotRecomputable("the run's config is not disclosed")
        definition = self._scorers[scorer]
        if scorer not in self._recomputable:
            raise NotRecomputable(f"scored by {definition.method}")
        if content.type == "score.revised":
            raise NotRecomputable("revised by hand")
        needed = needs(definition.method)
        outcome, row = result.outcome, result.row
        of_outcome = outcome.undisclosed if outcome else frozenset[str]()
        undisclosed = content.undisclosed | row.undisclosed | of_outcome
        if undisclosed and (hidden := undisclosed & {*needed, "score"}):
            raise NotRecomputable(f"{', '.join(sorted(hidden))} not disclosed")
        self._budget.spend(self._prices[scorer] * _bytes_of(result, needed))
        text = text_of(outcome.value("response")) if outcome else None
        return score(definition.method, definition.parameters, text, _scored_item(row, needed))

    def _compare(self, result: Result, scorer: int, content: Content, again: Score) -> None:
        members = content.value("score")
        assert isinstance(members, dict)
        stated = (members["value"], members.get("extracted", again.extracted))
        types = (type(again.value), type(again.extracted))
        if types == (int, str) == tuple(map(type, stated)):
            is_same = stated == again  # as both are printed
        else:
            is_same = encode(list(stated)) == encode(list(again))
        if is_same:
            self._same += 1
            return
        place = f"item {result.item}, epoch {result.epoch}, scorer {scorer}"
        told = (f"{value} (understood: {extracted})" for value, extracted in (again, stated))
        self._report.fail(Check.RESCORING, place, *told)


def _bytes_of(result: Result, kinds: Set[str]) -> int:
    texts = [*result.row.texts.items()]
    if result.outcome:
        texts += result.outcome.texts.items()
    return sum([len(text) for kind, text in texts if kind in kinds])


def _scored_item(row: Content, needed: Set[str]) -> ScoredItem:
    """The item as far as the method needs it; no more is read, or paid for."""
    kinds = ("item", "question", "answer")
    return ScoredItem.of(*(row.value(kind) if kind in needed else None for kind in kinds))
