"""Compares runs over the same items: pairs, statistics, and what to know before believing them.

The first run is what each other one is put beside. Each run is read as of the version that it had
when the comparison began. Not here: how pairs are found (``pairing``), numbers (the port
``paired_statistics``), and words (``cautions``, ``comparison_words``).
"""

from collections.abc import Iterator, Sequence

from application.cautions import Known, of_pairs, of_run, of_two
from application.comparison import (
    A_SCORER,
    NAMES,
    ONE_DATASET,
    Against,
    Asked,
    Comparison,
    Direction,
    Flip,
    Paired,
    RunCompared,
)
from application.comparison_words import Found, sentence
from application.item_detail import ItemDetails
from application.log_coverage import ReadEvent
from application.paired_scores import PairedScores, goes
from application.paired_statistics import Estimate, Statistics, holm
from application.pairing import START, Pairing, Scores
from application.ports import EventStore, Progress, StreamKey
from application.read_model import ReadModel
from domain.errors import InvalidInput, Refused
from domain.evaluation.config import scorer_names


class Comparer:
    """Compares runs of an archive."""

    def __init__(
        self,
        store: EventStore,
        read_model: ReadModel,
        origin: str,
        progress: Progress = lambda _: None,
    ) -> None:
        """Tell ``progress`` how many results were read; it may raise to have no more of it."""
        self._store, self._read_model, self._progress = store, read_model, progress
        self._details = ItemDetails(store, read_model, origin)

    @property
    def read(self) -> Sequence[ReadEvent]:
        """The events of runs and plans that it has read so far, to be compared with the log."""
        return self._details.read

    def compare(
        self, runs: Sequence[StreamKey], asked: Asked, statistics: Statistics
    ) -> Comparison:
        """Put each run after the first beside it.

        Raises:
            InvalidInput: when they are fewer than two, or too many.
            NotFound: when a run is not here.
            Refused: when one has no such scorer, or items cannot be matched.
        """
        first, *others = self._known(runs, asked.scorer)
        pairings = [self._pairing(first, other, asked) for other in others]
        found = [_measured(pairing, statistics) for pairing in pairings]
        chances = holm([e.p for _, e in found if e and e.p is not None])
        left, against = iter(chances), list[Against]()
        for other, pairing, (paired, estimate) in zip(others, pairings, found, strict=True):
            p_holm = next(left) if estimate and estimate.p is not None else None
            told = Found(paired, estimate, p_holm, len(chances))
            against.append(_against(first, other, told, by_id=pairing.by_id))
        scorer = self._names(first)[first.scorer]
        return Comparison(scorer, [*map(_compared, (first, *others))], against)

    def flips(
        self,
        runs: Sequence[StreamKey],
        asked: Asked,
        direction: Direction = Direction.ALL,
        after: tuple[int, int] = START,
    ) -> Iterator[Flip]:
        """The pairs of two runs whose scores differ, behind an item and epoch, in their order.

        Raises:
            As :meth:`compare`.
        """
        first, second, *more = self._known(runs, asked.scorer)
        if more:
            raise InvalidInput("runs", "2 whose flips are listed", str(len(runs)))
        sections = {row.section: row.name for row in self._read_model.sections(first.row.dataset)}
        for one, other in self._pairing(first, second, asked).both(after):
            if one.value is not None and other.value is not None and goes(one, other, direction):
                name = None if one.section is None else sections.get(one.section)
                place = (one.item, one.epoch, one.section, name, one.outside)
                revised = (one.revised, other.revised)
                yield Flip(*place, one.value, other.value, other.item, *revised)

    def _known(self, runs: Sequence[StreamKey], scorer: str) -> list[Known]:
        """The runs, each with its scorer of this name, or of the name of the first one's first."""
        if not 2 <= len(runs) <= len(NAMES):
            raise InvalidInput("runs", f"2 to {len(NAMES)}", str(len(runs)))
        for run in runs:
            if runs.count(run) > 1:
                remedy = "Compare it with another one."
                raise InvalidInput("runs", "each run once", f"{run.stream} again", remedy)
        known = [self._of_run(name, run) for name, run in zip(NAMES, runs, strict=False)]
        wanted = scorer or next(iter(self._names(known[0])), "")
        return [run._replace(scorer=self._scorer(run, wanted)) for run in known]

    def _of_run(self, name: str, run: StreamKey) -> Known:
        row = self._read_model.run(run)
        milestones = self._read_model.milestones(run)
        plans = [mark.version for mark in milestones if mark.type == "run.planned"]
        registered, *planned = self._details.events(run, [1, *plans])
        return Known(name, row, registered, [event.facts for event in planned], 0)

    def _names(self, run: Known) -> Sequence[str]:
        return scorer_names(run.config, run.row.scorers)

    def _scorer(self, run: Known, wanted: str) -> int:
        names = self._names(run)
        if wanted not in names:
            found = ", ".join(map(ascii, names)) or "none"
            expected = f"{A_SCORER} {wanted!a}" if wanted else A_SCORER
            remedy = "Name one that all runs have."
            raise Refused(f"run {run.name}, {run.row.key.stream}", expected, found[:200], remedy)
        return names.index(wanted)

    def _pairing(self, first: Known, second: Known, asked: Asked) -> Pairing:
        by_id = first.dataset != second.dataset
        if by_id and not asked.by_id:
            place = f"runs {first.name} and {second.name}"
            remedy = "Say so, where items with the same id are the same."
            raise Refused(place, ONE_DATASET, "runs of two datasets", remedy)
        runs = _scores(first), _scores(second)
        return Pairing(self._store, self._read_model, runs, self._progress, by_id=by_id)


def _measured(pairing: Pairing, statistics: Statistics) -> tuple[Paired, Estimate | None]:
    scores = PairedScores(by_id=pairing.by_id).extend(pairing.pairs())
    paired = scores.paired()
    return paired, scores.estimate(paired, statistics)


def _against(first: Known, other: Known, found: Found, *, by_id: bool) -> Against:
    return Against(
        name=other.name,
        sentence=sentence(first.name, other.name, found),
        matched="id" if by_id else "index",
        paired=found.paired,
        estimate=found.estimate,
        p_holm=found.p_holm,
        cautions=[*of_two(first, other), *of_pairs(first.name, other.name, found.paired)],
    )


def _scores(run: Known) -> Scores:
    return Scores(run.row.key, run.row.dataset, run.scorer, run.row.version)


def _compared(run: Known) -> RunCompared:
    row, scorer = run.row, run.defined
    return RunCompared(
        run.name,
        row.key,
        row.version,
        row.provider,
        row.model,
        row.dataset,
        row.dataset_name,
        row.status,
        run.scorer,
        scorer.method if scorer else None,
        of_run(run),
    )
