"""What the results of a run come to, counted one by one: Inspect's results, and the use of tokens.

Not here: what a log of Inspect stated of its own results.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from application.whole_run import WholeRun
from domain.bundle import views
from domain.bundle.reading import Result
from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members
from infrastructure.log_files.inspect_logs.score_names import ScoreName
from infrastructure.log_files.inspect_logs.told import usage_of

_OUTCOMES: Final = ("answered", "failed", "open")


class Outcome:
    """Counts the results of a run, which come by item."""

    def __init__(self, whole: WholeRun, names: Sequence[ScoreName]) -> None:
        self._whole, self._names = whole, names
        self._summary = views.new_summary(whole.reading)
        self._scored = [0] * len(names)
        self._last = [-1] * len(names)
        self._tokens: dict[str, int] = {}
        self.epochs = max(1, whole.plan.epochs)

    def take(self, result: Result) -> None:
        """Count a result."""
        views.count(self._summary, self._whole.reading, result)
        self.epochs = max(self.epochs, result.epoch)
        for scorer, content in result.scores.items():
            if self._last[scorer] != result.item and views.score_value(content) is not None:
                self._last[scorer] = result.item
                self._scored[scorer] += 1
        for name in result.facts.keys() & {"tokens_in", "tokens_out"}:
            self._tokens[name] = self._tokens.get(name, 0) + result.facts[name]

    @property
    def summary(self) -> Json:
        """The whole as a bundle's ``summary.json`` has it."""
        run = self._whole.run
        return self._summary.to_json(run.status, run.scorers)["all"]

    def results(self) -> Members:
        """Inspect's results: a mean for each scorer, where all of its scores are disclosed."""
        told = self.summary
        assert isinstance(told, dict)
        counts = [count for name in _OUTCOMES if isinstance(count := told[name], int)]
        tallies = told["scores"]
        assert isinstance(tallies, list)
        return {
            "total_samples": sum(counts),
            "completed_samples": told["answered"],
            "scores": [
                self._score(number, tally)
                for number, tally in enumerate(tallies)
                if isinstance(tally, dict)
            ],
        }

    def usage(self, model: str) -> Members:
        """The tokens of all results, by model."""
        used = usage_of(self._tokens.get("tokens_in"), self._tokens.get("tokens_out"))
        return {model: used} if used else {}

    def _score(self, number: int, tally: Mapping[str, Json]) -> Json:
        name, key = self._names[number]
        mean: Members = {"name": "mean", "value": tally.get("mean"), "params": {}}
        return {
            "name": key or name,
            "scorer": name,
            "scored_samples": self._scored[number],
            "params": {},
            "metrics": {"mean": mean} if "mean" in tally else {},
        }
