"""A run with all that its events say of each result, for who writes it in another tool's form.

A reading remembers of a result its item, its outcome and its last scores; here are failed attempts,
scores before their revisions and annotations as well. Not here: any form.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from application.replaying import Replayer
from application.result_table import names_of_scorers
from application.trails import Trails
from domain.bundle.reading import Content, Result
from domain.errors import Refused
from domain.evaluation.plan import Plan
from domain.evaluation.run import Run
from domain.evaluation.stream import Head


class WholeResult(NamedTuple):
    """One result; ``scores`` has, for each scorer, all scores from the first to the last."""

    result: Result
    attempts: Sequence[Content]
    scores: Mapping[int, Sequence[Content]]
    annotations: Sequence[Content]


class WholeRun:
    """A run, walked once.

    Raises:
        Refused: when it is a dataset.
    """

    def __init__(self, replayer: Replayer) -> None:
        self._replayer, self._trails = replayer, Trails()
        self.reading = replayer.reading(self._trails.note)
        if self.reading.history.run is None:
            raise Refused("--as", "a run, which has results", "a dataset")
        self.run: Run = self.reading.history.run
        self.scorers: Sequence[str] = names_of_scorers(self.reading, self.run.scorers)

    @property
    def heads(self) -> Sequence[Head]:
        """The ends of both streams, the dataset's first."""
        return [*self.reading.history.heads.values()]

    @property
    def plan(self) -> Plan:
        """What was planned."""
        return self.reading.history.plan

    @property
    def items(self) -> int:
        """The number of items of the dataset."""
        return self.reading.history.dataset.items

    @property
    def withheld(self) -> frozenset[str]:
        """The kinds of parts that are withheld."""
        return self._replayer.withheld

    @property
    def superseded_by(self) -> str:
        """The id of the run that took its place; "" where none did."""
        return self._trails.superseded_by

    def happened(self, event_type: str) -> Content | None:
        """The last event of this type that began or ended the run."""
        place = self._trails.boundaries.get(event_type)
        return self.reading.at(place, "run") if place else None

    def annotations(self) -> Iterator[Content]:
        """Those of the run itself, in their order."""
        return (self.reading.at(place, "run") for place in self._trails.whole)

    def asset(self, name: str, limit: int) -> bytes | None:
        """The bytes of an asset that a disclosed part lists; None for another, or a larger one."""
        return self._replayer.asset(name, limit)

    def results(self) -> Iterator[WholeResult]:
        """Every result that has an event, by item, then epoch."""
        at, trails = self.reading.at, self._trails
        for result in self.reading.results():
            where = result.epoch, result.item
            attempts = [at(place, "attempt") for place in trails.attempts.of(*where)]
            annotations = [
                at(place, "annotation")
                for epoch in (0, result.epoch)
                for place in trails.annotations.of(epoch, result.item)
            ]
            scores = {n: self._scores(n, last, where) for n, last in result.scores.items()}
            yield WholeResult(result, attempts, scores, annotations)

    def _scores(self, scorer: int, last: Content, where: tuple[int, int]) -> Sequence[Content]:
        trail = self._trails.earlier.get(scorer)
        earlier = trail.of(*where) if trail else ()
        return [*(self.reading.at(place, "score") for place in earlier), last]
