"""The port of the read models: rows that answer questions about datasets, runs and results quickly.

A projection of the event store, which can always be built again. Prompts and responses are not in
it: they are read from the store, by the versions that stand in the rows. Not here: the rows
themselves (``rows``), what asks for many of them (``queries``), how events become rows
(``project``), and how they are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from application.ports import PartKey, StreamKey
from application.projected_rows import Registered, StreamRows
from application.queries import (
    ChangeQuery,
    DatasetQuery,
    ItemQuery,
    ResultPlace,
    ResultQuery,
    ResultSort,
    RunPlace,
    RunQuery,
    RunSort,
    ScoreQuery,
)
from application.rows import (
    MOST_KINDS,
    AttemptRow,
    ChangeRow,
    DatasetRow,
    FailedAlike,
    FailureKinds,
    Held,
    ItemRow,
    LeftOutRow,
    Milestone,
    ResultDetail,
    ResultRow,
    RunRow,
    SaidRow,
    ScoredRow,
    ScoreRow,
    SectionRow,
    Tokens,
    Usage,
)
from application.spans import Span
from domain.canonical import Json
from domain.syntax import MAX_INTEGER

__all__ = [
    "MOST_KINDS",
    "MOST_ROWS",
    "AttemptRow",
    "ChangeQuery",
    "ChangeRow",
    "DatasetQuery",
    "DatasetRow",
    "FailedAlike",
    "FailureKinds",
    "Generation",
    "Held",
    "ItemQuery",
    "ItemRow",
    "LeftOutRow",
    "Milestone",
    "ReadModel",
    "Registered",
    "ResultDetail",
    "ResultPlace",
    "ResultQuery",
    "ResultRow",
    "ResultSort",
    "RunPlace",
    "RunQuery",
    "RunRow",
    "RunSort",
    "SaidRow",
    "ScoreQuery",
    "ScoreRow",
    "ScoredRow",
    "SectionRow",
    "Span",
    "StreamRows",
    "Tokens",
    "Usage",
]

MOST_ROWS: Final = 1001
"""No question brings back more at once: a page of 1,000, and the row that tells of another."""


class Generation(Protocol):
    """One set of tables and the position up to which they follow the store."""

    @property
    def position(self) -> int:
        """The position of the last page that was taken in; 0 for none."""
        ...

    def write(self, after: int, position: int, streams: Sequence[StreamRows]) -> None:
        """Take in the rows of the pages beyond ``after``, up to ``position``, in one transaction.

        Raises:
            Conflict: when the tables are not at ``after``; nothing is written.
            ArchiveDamaged: when the rows don't follow what is here.
        """
        ...

    def replace(self, key: StreamKey, streams: Iterable[StreamRows]) -> None:
        """Write the rows of one stream anew, in one transaction; the position stays.

        Raises:
            ArchiveDamaged: when they don't end where the stream ends here.
        """
        ...


class ReadModel(Protocol):
    """Answers questions; each answer is of one moment.

    Each raises ``ArchiveDamaged``, with the remedy, where there is nothing fit to be read.
    """

    def current(self) -> Generation | None:
        """The tables that are read; None where there are none that this version understands."""
        ...

    def begin(self) -> Generation:
        """New, empty tables beside those that are read; what an earlier begin left is removed."""
        ...

    def publish(self, generation: Generation) -> None:
        """Let these tables be read from now on, at once, and remove the others.

        Raises:
            Conflict: when another begin has removed them.
        """
        ...

    def tidy(self) -> None:
        """Remove from the files what was deleted in them, if anything was.

        A reader can hinder it; then it is done the next time.
        """
        ...

    def version(self, key: StreamKey) -> int:
        """The version up to which a stream is here; 0 for none."""
        ...

    def find(
        self, prefix: str, project: str | None = None, owner: str | None = None
    ) -> Sequence[StreamKey]:
        """The datasets and runs whose id, or whose name with the id, begins so; 20 at most.

        Only those of a project, if one is said; and of the runs, only those of an owner.
        """
        ...

    def datasets(self, query: DatasetQuery) -> Sequence[DatasetRow]:
        """Datasets, the newest first."""
        ...

    def dataset(self, key: StreamKey) -> DatasetRow:
        """One dataset.

        Raises:
            NotFound: when it is not here.
        """
        ...

    def sections(self, dataset: StreamKey) -> Sequence[SectionRow]:
        """The sections of a dataset, in order."""
        ...

    def items(self, dataset: StreamKey, query: ItemQuery) -> Sequence[ItemRow]:
        """Items of a dataset, by index.

        Raises:
            NotFound: when the dataset is not here.
        """
        ...

    def runs(self, query: RunQuery) -> Sequence[RunRow]:
        """Runs in the order that is asked for."""
        ...

    def run(self, key: StreamKey) -> RunRow:
        """One run.

        Raises:
            NotFound: when it is not here.
        """
        ...

    def milestones(self, key: StreamKey) -> Sequence[Milestone]:
        """The first ``MOST_ROWS`` events of a stream as a whole, in order."""
        ...

    def spans(self, run: StreamKey, after: int = 0, limit: int = 100) -> Sequence[Span]:
        """The history of a run from the first span on that begins behind a version, in order.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def changes(self, run: StreamKey, query: ChangeQuery) -> Sequence[ChangeRow]:
        """Results that became others between two versions, as they were after each.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def left_out_between(
        self, run: StreamKey, since: int, version: int, limit: int = 100
    ) -> Sequence[LeftOutRow]:
        """The parts of a run that its events behind ``since``, up to ``version``, left out.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def left_out_of_items(
        self, dataset: StreamKey, since: int, version: int, limit: int = 100
    ) -> Sequence[LeftOutRow]:
        """The parts of a dataset that its events behind ``since``, up to ``version``, left out.

        Of each part the last such event alone; in order.

        Raises:
            NotFound: when the dataset is not here.
        """
        ...

    def results(self, run: StreamKey, query: ResultQuery) -> Sequence[ResultRow]:
        """Results of a run in the order that is asked for.

        Raises:
            NotFound: when the run is not here.
            InvalidInput: when an earlier state is to be in another order than by item.
        """
        ...

    def scores(self, run: StreamKey, query: ScoreQuery) -> Sequence[ScoredRow]:
        """Results of a run with what one scorer gave them, by item, then epoch.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def result(
        self, run: StreamKey, item: int, epoch: int, version: int = MAX_INTEGER
    ) -> ResultDetail:
        """One result, now or after an earlier event.

        Raises:
            NotFound: when it is neither planned nor has an event (yet).
        """
        ...

    def left_out(self, key: StreamKey, versions: Sequence[int]) -> Mapping[PartKey, Held]:
        """The parts of these events that are erased, or withheld by an event, and which it is."""
        ...

    def summary(self, run: StreamKey) -> dict[str, Json]:
        """Totals, means and percentiles as in ``summary.json`` (``docs/format.md``, section 9).

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def summary_at(
        self, run: StreamKey, version: int, *, recounted: bool = False
    ) -> dict[str, Json]:
        """The summary after an earlier event. What is erased since is undisclosed in it too.

        ``recounted``, it is that of the single results, however many: what lists, searches and
        comparisons rest on, beside the tallies that are kept.

        Raises:
            NotFound: when the run is not here, or has no such version.
        """
        ...

    def said(self, run: StreamKey, before: int = MAX_INTEGER, limit: int = 20) -> SaidRow:
        """Where a run as a whole is annotated or superseded, below a version, the newest first.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def usage(self, run: StreamKey, bounds: Sequence[int]) -> Usage:
        """What a run took: tokens, and how many answers came within these milliseconds; revisions.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def failures(self, run: StreamKey) -> FailureKinds:
        """The results of a run that failed, by kind.

        Raises:
            NotFound: when the run is not here.
        """
        ...

    def close(self) -> None:
        """Release files and locks."""
        ...
