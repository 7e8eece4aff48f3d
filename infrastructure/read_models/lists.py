"""Lists of datasets and runs, and single ones. Not here: results."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from application.ports import PartKey, StreamKey
from application.read_model import (
    MOST_ROWS,
    DatasetRow,
    Held,
    Milestone,
    RunRow,
    SectionRow,
)
from domain.errors import NotFound
from infrastructure.read_models.summaries import status_at
from infrastructure.read_models.tables import Tables, find_stream, need_stream

FOUND_AT_MOST: Final = 20
_END: Final = "~"
"""Greater than whatever may stand in an id."""

_DATASETS: Final = """SELECT number, origin, stream, version, name, held,
        (SELECT coalesce(sum(items), 0) FROM sections$ WHERE dataset = number),
        (SELECT count(*) FROM sections$ WHERE dataset = number),
        (SELECT at FROM milestones$ AS m WHERE m.stream = number AND m.version = 1),
        (SELECT at FROM milestones$ AS m WHERE m.stream = number AND type = 'dataset.frozen'),
        (SELECT max(version) FROM milestones$ AS m
            WHERE m.stream = number AND type = 'stream.sealed')
    FROM datasets$ JOIN streams$ ON number = dataset
    WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT ?"""
_RUNS: Final = """SELECT s.number, s.origin, s.stream, s.version, t.origin, t.stream, d.name,
        provider, model, r.held, items, scorers, trial, same_config, superseded_by,
        planned, open, answered, failed, mean
    FROM runs$ AS r JOIN streams$ AS s ON s.number = r.run
    JOIN streams$ AS t ON t.number = r.dataset LEFT JOIN datasets$ AS d ON d.dataset = r.dataset
    WHERE r.run BETWEEN ?1 AND ?2 AND (?4 IS NULL OR r.dataset = ?4)
    ORDER BY r.run DESC LIMIT ?3"""
_SECTIONS: Final = """SELECT section,
        (SELECT section_name FROM items$ AS i INDEXED BY items_with_name$
        WHERE i.dataset = s.dataset AND i.section = s.section AND section_name IS NOT NULL
        ORDER BY item LIMIT 1), items
    FROM sections$ AS s WHERE dataset = ? ORDER BY section"""
_MILESTONES: Final = """SELECT version, type, at, occurred FROM milestones$ WHERE stream = ?
    ORDER BY version"""
_FOUND: Final = """SELECT origin, stream FROM streams$
    WHERE stream >= ? AND stream < ? AND version > 0 ORDER BY stream, origin LIMIT ?"""
_Row = TypeVar("_Row")

_STARTED: Final = frozenset({"run.started"})
_ENDED: Final = frozenset({"run.completed", "run.failed", "run.canceled"})


class Lists:
    """Lists from one moment; streams of another origin than the archive's own are mirrors."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        row = tables.one("SELECT origin FROM streams$ WHERE stream = 'archive'")
        self._origin = row[0] if row else None

    def find(self, prefix: str) -> list[StreamKey]:
        """The datasets and runs that a prefix of an id, or of a stream's name, may mean."""
        prefixes = [prefix] if "/" in prefix else [f"dataset/{prefix}", f"run/{prefix}"]
        rows = (
            row
            for begin in prefixes
            for row in self._tables.execute(_FOUND, begin, begin + _END, FOUND_AT_MOST)
        )
        found = [StreamKey(*row) for row in rows]
        return found[:FOUND_AT_MOST]

    def datasets(self, before: int, limit: int) -> list[DatasetRow]:
        """The newest datasets before a number."""
        return list(self._datasets(0, before - 1, limit))

    def dataset(self, key: StreamKey) -> DatasetRow:
        """One dataset."""
        number, _ = need_stream(self._tables, key)
        return _only(self._datasets(number, number, 1), key)

    def runs(self, before: int, limit: int, dataset: StreamKey | None) -> list[RunRow]:
        """The newest runs before a number."""
        found = find_stream(self._tables, dataset) if dataset else None
        if dataset and not found:
            return []
        return list(self._runs(0, before - 1, limit, found[0] if found else None))

    def run(self, key: StreamKey) -> RunRow:
        """One run."""
        number, _ = need_stream(self._tables, key)
        return _only(self._runs(number, number, 1, None), key)

    def sections(self, key: StreamKey) -> list[SectionRow]:
        """The sections of a dataset."""
        number, _ = need_stream(self._tables, key)
        return [SectionRow(*row) for row in self._tables.execute(_SECTIONS, number)]

    def milestones(self, key: StreamKey) -> list[Milestone]:
        """The events of a stream as a whole."""
        number, _ = need_stream(self._tables, key)
        rows = self._tables.execute(f"{_MILESTONES} LIMIT ?", number, MOST_ROWS)
        return [Milestone(*row) for row in rows]

    def erased(self, key: StreamKey, versions: Sequence[int]) -> list[PartKey]:
        """The erased parts of these events."""
        number, _ = need_stream(self._tables, key)
        statement = "SELECT target, kind FROM erasures$ WHERE stream = ? AND target = ?"
        return [
            PartKey(*row)
            for version in versions
            for row in self._tables.execute(statement, number, version)
        ]

    def _datasets(self, first: int, last: int, limit: int) -> Iterator[DatasetRow]:
        rows = self._tables.execute(_DATASETS, first, last, _bounded(limit)).fetchall()
        for number, origin, stream, version, name, held, *rest in rows:
            key = StreamKey(origin, stream)
            mirror = origin != (self._origin or origin)
            yield DatasetRow(number, key, mirror, version, name, Held(held), *rest)

    def _runs(self, first: int, last: int, limit: int, dataset: int | None) -> Iterator[RunRow]:
        rows = self._tables.execute(_RUNS, first, last, _bounded(limit), dataset).fetchall()
        for number, origin, stream, version, *rest in rows:
            dataset_origin, dataset_stream, name, provider, model, held, *counts = rest
            yield RunRow(
                number,
                StreamKey(origin, stream),
                origin != (self._origin or origin),
                version,
                StreamKey(dataset_origin, dataset_stream),
                *(name, provider, model, Held(held)),
                *counts[:5],
                *self._told(number, version),
                *counts[5:],
            )

    def _told(self, run: int, version: int) -> Iterator[Any]:
        """Status, seal, and the times when it was registered, started and ended."""
        marks = [Milestone(*row) for row in self._tables.execute(_MILESTONES, run)]
        status = status_at(self._tables, run, version)
        yield status
        yield max((mark.version for mark in marks if mark.type == "stream.sealed"), default=None)
        yield marks[0].at
        for types in (_STARTED, _ENDED):
            at = next((m for m in reversed(marks) if m.type in types), None)
            shown = at if types is _STARTED or f"run.{status}" in types else None
            yield from (shown.at, shown.occurred) if shown else (None, None)


def _bounded(limit: int) -> int:
    return min(max(limit, 0), MOST_ROWS)


def _only(rows: Iterator[_Row], key: StreamKey) -> _Row:
    row = next(rows, None)
    if row is None:
        raise NotFound(f"{key.stream} of {key.origin}", "such a stream", "another kind")
    return row
