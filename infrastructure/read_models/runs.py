"""Runs: lists of them, and single ones. Not here: their results, and summaries."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from application.ports import StreamKey
from application.read_model import Held, Milestone, RunQuery, RunRow, RunSort
from domain.errors import NotFound
from infrastructure.read_models.orders import BEYOND, DIRECTION, Place, start, stretches
from infrastructure.read_models.streams import own_origin
from infrastructure.read_models.summaries import STATUS
from infrastructure.read_models.tables import MILESTONES, Tables, bounded, find_stream, need_stream

_ROWS: Final = """SELECT s.number, s.origin, s.stream, s.version, t.origin, t.stream, d.name,
        r.provider, r.model, r.held, r.items, r.scorers, r.trial, r.same_config, r.superseded_by,
        r.project, r.owner, r.status, r.planned, r.open, r.answered, r.failed, r.attempts_failed,
        r.mean
    FROM runs$ AS r {index} CROSS JOIN streams$ AS s ON s.number = r.run
    CROSS JOIN streams$ AS t ON t.number = r.dataset
    LEFT JOIN datasets$ AS d ON d.dataset = r.dataset WHERE {conditions}"""
_COLUMNS: Final[Mapping[RunSort, str | None]] = {
    RunSort.REGISTERED: None,
    RunSort.SCORE: "mean",
    RunSort.FAILED: "failed",
}
_CONDITIONS: Final = {
    "project": "r.project = :project",
    "owner": "r.owner = :owner",
    "dataset": "r.dataset = :dataset",
    "status": "r.status = :status",
    "provider": "r.provider = :provider",
    "model": "r.model = :model",
    "text": """(instr(lower(r.provider), lower(:text)) OR instr(lower(r.model), lower(:text))
        OR instr(lower(d.name), lower(:text)) OR instr(substr(s.stream, 5), lower(:text)))""",
    "low": "r.mean >= :low",
    "high": "r.mean <= :high",
}
_ENDED: Final = frozenset({"run.completed", "run.failed", "run.canceled"})


class Runs:
    """The runs of one moment."""

    def __init__(self, tables: Tables) -> None:
        self._tables, self._origin = tables, own_origin(tables)

    def one(self, key: StreamKey) -> RunRow:
        """One run.

        Raises:
            NotFound: when it is not here.
        """
        number, _ = need_stream(self._tables, key)
        statement = _ROWS.format(index="", conditions="r.run = :run")
        row = next(self._rows(statement, {"run": number}), None)
        if row is None:
            raise NotFound(f"{key.stream} of {key.origin}", "a run", "another kind")
        return row

    def page(self, query: RunQuery) -> list[RunRow]:
        """Those that a query asks for."""
        values = query._asdict()
        if query.dataset:
            found = find_stream(self._tables, query.dataset)
            values["dataset"] = found[0] if found else -1
        rows: list[RunRow] = []
        for place in _places(query):
            values["limit"] = bounded(query.limit) - len(rows)
            values["value"], values["number"] = place
            rows += self._rows(_statement(query, place), values)
        return rows

    def _rows(self, statement: str, values: Mapping[str, Any]) -> Iterator[RunRow]:
        rows = self._tables.named(statement, values).fetchall()
        for number, origin, stream, version, *rest in rows:
            dataset_origin, dataset_stream, name, provider, model, held, *told = rest
            yield RunRow(
                number,
                StreamKey(origin, stream),
                origin != (self._origin or origin),
                version,
                StreamKey(dataset_origin, dataset_stream),
                *(name, provider, model, Held(held)),
                *told,
                *self._marked(number),
            )

    def _marked(self, run: int) -> Iterator[Any]:
        """The seal, the times when it was registered, started and ended, and how it was resumed."""
        marks = [Milestone(*row) for row in self._tables.execute(MILESTONES, run)]
        last = {mark.type: mark for mark in marks}
        states = [mark.type for mark in marks if mark.type in STATUS]
        yield last["stream.sealed"].version if "stream.sealed" in last else None
        yield marks[0].at
        for shown in ("run.started", states[-1] if states[-1] in _ENDED else ""):
            yield from last[shown][2:] if shown in last else (None, None)
        yield states.count("run.resumed")
        yield last["run.resumed"].at if "run.resumed" in last else None


def _statement(query: RunQuery, place: Place) -> str:
    column = _COLUMNS[query.sort]
    beyond, direction = BEYOND[query.descending], DIRECTION[query.descending]
    told = query._asdict() | {"text": query.text or None}
    conditions = [_CONDITIONS[name] for name in _CONDITIONS if told[name] is not None]
    if place[0] is not None:
        conditions.append(f"(r.{column}, r.run) {beyond} (:value, :number)")
        order = f"r.{column} {direction}, r.run {direction}"
    else:
        conditions.append(f"r.run {beyond} :number")
        order = f"r.run {direction}"
        conditions += [f"r.{column} IS NULL"] if column else []
    rows = _ROWS.format(index=_index(query), conditions=" AND ".join(conditions))
    return f"{rows} ORDER BY {order} LIMIT :limit"


def _index(query: RunQuery) -> str:
    """The index to read by, so that runs that may not be seen are not read.

    An owner's runs are of one project, and those on a dataset are few.
    """
    if query.dataset:
        return "INDEXED BY runs_by_dataset$"
    told = "owner" if query.owner is not None else "project" if query.project is not None else None
    names = [name for name in (told, _COLUMNS[query.sort]) if name]
    return f"INDEXED BY runs_by_{'_'.join(names)}$" if names else "NOT INDEXED"


def _places(query: RunQuery) -> Iterable[Place]:
    """The places in the order to go on from."""
    if query.sort is RunSort.REGISTERED:
        first = query.after or start(1, descending=query.descending)
        return [(None, *first[1:])]
    return stretches(query.after, 1, descending=query.descending)
