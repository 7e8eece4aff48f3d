"""The read models on SQLite: the port, put together. Not here: what is asked and written."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from application.ports import PartKey, StreamKey
from application.read_model import (
    ChangeQuery,
    ChangeRow,
    DatasetQuery,
    DatasetRow,
    FailureKinds,
    Generation,
    Held,
    ItemQuery,
    ItemRow,
    LeftOutRow,
    Milestone,
    ResultDetail,
    ResultQuery,
    ResultRow,
    RunQuery,
    RunRow,
    SaidRow,
    ScoredRow,
    ScoreQuery,
    SectionRow,
    Span,
    Usage,
)
from domain.canonical import Json
from domain.errors import ArchiveDamaged, NotFound
from domain.syntax import MAX_INTEGER
from infrastructure.read_models import generations, spans, streams
from infrastructure.read_models.changes import Changes
from infrastructure.read_models.database import REMEDY, Database
from infrastructure.read_models.datasets import Datasets
from infrastructure.read_models.failures import failure_kinds
from infrastructure.read_models.results import Results
from infrastructure.read_models.runs import Runs
from infrastructure.read_models.said import said
from infrastructure.read_models.scores import Scores
from infrastructure.read_models.summaries import summary_at, usage_at
from infrastructure.read_models.tables import Tables, find_stream, need_stream


class SqliteReadModel:
    """The read models in a file, which is made when it is first used."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def current(self) -> Generation | None:
        """The tables that are read; None where there are none that this version understands."""
        with self._database.reading() as connection:
            number = generations.current(connection)
        return None if number is None else generations.SqliteGeneration(self._database, number)

    def begin(self) -> Generation:
        """New, empty tables; a damaged file is given up for a new one."""
        try:
            self._database.check()
        except ArchiveDamaged:
            self._database.discard()
        return generations.SqliteGeneration(self._database, generations.begin(self._database))

    def publish(self, generation: Generation) -> None:
        """Let these tables be read from now on."""
        assert isinstance(generation, generations.SqliteGeneration)
        generations.publish(self._database, generation.number)

    def tidy(self) -> None:
        """Remove from the files what was deleted in them."""
        generations.tidy(self._database)

    def version(self, key: StreamKey) -> int:
        """The version up to which a stream is here."""
        with self._reading() as tables:
            found = find_stream(tables, key)
        return found[1] if found else 0

    def find(
        self, prefix: str, project: str | None = None, owner: str | None = None
    ) -> Sequence[StreamKey]:
        """The datasets and runs whose id begins so."""
        with self._reading() as tables:
            return streams.find(tables, prefix, project, owner)

    def datasets(self, query: DatasetQuery) -> Sequence[DatasetRow]:
        """Datasets, the newest first."""
        with self._reading() as tables:
            return Datasets(tables).page(query)

    def dataset(self, key: StreamKey) -> DatasetRow:
        """One dataset."""
        with self._reading() as tables:
            return Datasets(tables).one(key)

    def sections(self, dataset: StreamKey) -> Sequence[SectionRow]:
        """The sections of a dataset."""
        with self._reading() as tables:
            return Datasets(tables).sections(dataset)

    def items(self, dataset: StreamKey, query: ItemQuery) -> Sequence[ItemRow]:
        """Items of a dataset, by index."""
        with self._reading() as tables:
            return Datasets(tables).items(dataset, query)

    def runs(self, query: RunQuery) -> Sequence[RunRow]:
        """Runs in the order that is asked for."""
        with self._reading() as tables:
            return Runs(tables).page(query)

    def run(self, key: StreamKey) -> RunRow:
        """One run."""
        with self._reading() as tables:
            return Runs(tables).one(key)

    def milestones(self, key: StreamKey) -> Sequence[Milestone]:
        """The events of a stream as a whole."""
        with self._reading() as tables:
            return streams.milestones(tables, key)

    def results(self, run: StreamKey, query: ResultQuery) -> Sequence[ResultRow]:
        """Results of a run in the order that is asked for."""
        with self._reading() as tables:
            return Results(tables, run).page(query)

    def spans(self, run: StreamKey, after: int = 0, limit: int = 100) -> Sequence[Span]:
        """The history of a run, like events folded."""
        with self._reading() as tables:
            return spans.page(tables, run, after, limit)

    def changes(self, run: StreamKey, query: ChangeQuery) -> Sequence[ChangeRow]:
        """Results that became others between two versions."""
        with self._reading() as tables:
            return Changes(tables, run).page(query)

    def left_out_between(
        self, run: StreamKey, since: int, version: int, limit: int = 100
    ) -> Sequence[LeftOutRow]:
        """The parts that events between two versions left out."""
        with self._reading() as tables:
            return spans.left_out_between(tables, run, (since, version), limit)

    def left_out_of_items(
        self, dataset: StreamKey, since: int, version: int, limit: int = 100
    ) -> Sequence[LeftOutRow]:
        """The parts of a dataset that events between two versions left out."""
        with self._reading() as tables:
            return Datasets(tables).left_out(dataset, (since, version), limit)

    def scores(self, run: StreamKey, query: ScoreQuery) -> Sequence[ScoredRow]:
        """Results of a run with what one scorer gave them."""
        with self._reading() as tables:
            return Scores(tables, run).page(query)

    def result(
        self, run: StreamKey, item: int, epoch: int, version: int = MAX_INTEGER
    ) -> ResultDetail:
        """One result."""
        with self._reading() as tables:
            return Results(tables, run).one(item, epoch, version)

    def left_out(self, key: StreamKey, versions: Sequence[int]) -> Mapping[PartKey, Held]:
        """The parts of these events that are erased, or withheld by an event, and which it is."""
        with self._reading() as tables:
            return streams.left_out(tables, key, versions)

    def summary(self, run: StreamKey) -> dict[str, Json]:
        """The summary as it is now."""
        with self._reading() as tables:
            return summary_at(tables, *need_stream(tables, run))

    def summary_at(
        self, run: StreamKey, version: int, *, recounted: bool = False
    ) -> dict[str, Json]:
        """The summary after an earlier event."""
        with self._reading() as tables:
            number, last = need_stream(tables, run)
            if not 1 <= version <= last:
                raise NotFound(run.stream, f"a version from 1 to {last}", str(version))
            return summary_at(tables, number, version, recounted=recounted)

    def said(self, run: StreamKey, before: int = MAX_INTEGER, limit: int = 20) -> SaidRow:
        """Where a run as a whole is annotated or superseded."""
        with self._reading() as tables:
            return said(tables, run, before, limit)

    def usage(self, run: StreamKey, bounds: Sequence[int]) -> Usage:
        """Tokens, latencies and revised scores as they are now."""
        with self._reading() as tables:
            return usage_at(tables, *need_stream(tables, run), bounds)

    def failures(self, run: StreamKey) -> FailureKinds:
        """The results that failed, by kind, as they are now."""
        with self._reading() as tables:
            return failure_kinds(tables, need_stream(tables, run)[0])

    def close(self) -> None:
        """Release files and locks."""
        self._database.close()

    @contextmanager
    def _reading(self) -> Generator[Tables]:
        with self._database.reading() as connection:
            number = generations.current(connection)
            if number is None:
                place = str(self._database.path)
                raise ArchiveDamaged(place, "read models of this version", "none", REMEDY)
            yield Tables(connection, number)
