"""Results of a run: pages in any order, now or after an earlier event, and single ones.

Not here: content, which is in the event store, and totals (``summaries``).
"""

from typing import Final

from application.ports import StreamKey
from application.read_model import (
    MOST_ROWS,
    AttemptRow,
    ResultDetail,
    ResultQuery,
    ResultRow,
    ResultSort,
)
from domain.errors import InvalidInput, NotFound
from domain.syntax import MAX_INTEGER
from infrastructure.read_models.orders import BEYOND, DIRECTION, start
from infrastructure.read_models.result_filters import Filters
from infrastructure.read_models.result_rows import ResultRows
from infrastructure.read_models.sorted_results import SortedResults
from infrastructure.read_models.tables import Tables, bounded, dataset_of, need_stream
from infrastructure.read_models.texts import Search

_HERE: Final = "(r.item, r.epoch) {beyond} (:item, :epoch) AND r.item BETWEEN :first AND :last"
_ORDER: Final = "ORDER BY r.item {direction}, r.epoch {direction} LIMIT :limit"
_ATTEMPTS_OF: Final = """SELECT version, attempt, outcome, latency_ms, tokens_in, tokens_out
    FROM attempts$ INDEXED BY attempts_by_item$
    WHERE run = ? AND item = ? AND epoch = ? AND version <= ? ORDER BY version"""
_ANNOTATIONS_OF: Final = """SELECT version FROM annotations$ INDEXED BY annotations_by_item$
    WHERE run = ? AND item = ?
    AND ifnull(epoch = ?, TRUE) AND version <= ? ORDER BY version LIMIT ?"""


class Results:
    """The results of one run."""

    def __init__(self, tables: Tables, key: StreamKey) -> None:
        self._tables = tables
        self._run, self._version = need_stream(tables, key)
        self._dataset = dataset_of(tables, self._run, key)
        self._rows = ResultRows(tables, self._run, self._dataset)

    def page(self, query: ResultQuery) -> list[ResultRow]:
        """Those that a query asks for.

        Raises:
            InvalidInput: when an earlier state is to be in another order than by item.
        """
        now = query.version >= self._version
        filters = Filters(self._tables, self._run, self._dataset, query, now=now)
        if not now and (query.sort is not ResultSort.ITEM or query.descending):
            raise InvalidInput("sort", "sort by item at an earlier version, ascending", query.sort)
        if query.sort is ResultSort.ITEM:
            return self._by_item(query, filters)
        places = SortedResults(self._tables, self._dataset, query, filters).places()
        return [row for at in places for row in self._rows.at(at.item, at.epoch, MAX_INTEGER)]

    def one(self, item: int, epoch: int, version: int) -> ResultDetail:
        """One result with all that led to it.

        Raises:
            NotFound: when it is neither planned nor has an event.
        """
        row = next(self._rows.at(item, epoch, version), None)
        if row is None:
            when = "" if version == MAX_INTEGER else f" at version {version}"
            raise NotFound("run", f"a result of item {item}, epoch {epoch}", f"none{when}")
        place = (self._run, item, epoch, version)
        attempts = self._tables.execute(_ATTEMPTS_OF, *place)
        annotations = self._tables.execute(_ANNOTATIONS_OF, *place, MOST_ROWS)
        return ResultDetail(
            row,
            [AttemptRow(*attempt) for attempt in attempts],
            list(self._rows.scores(item, epoch, version)),
            [version for (version,) in annotations],
        )

    def _by_item(self, query: ResultQuery, filters: Filters) -> list[ResultRow]:
        limit, descending = bounded(query.limit), query.descending
        source, conditions = filters.by_item()
        here = _HERE.format(beyond=BEYOND[descending])
        order = _ORDER.format(direction=DIRECTION[descending])
        _, item, epoch = query.after or start(2, descending=descending)
        values = {**filters.values, "item": item, "epoch": epoch}
        ends = (0, item) if descending else (max(item, 0), MAX_INTEGER)
        search = Search(self._tables, self._dataset, query.text)
        found: list[ResultRow] = []
        for first, last in search.stretches(*ends, descending=descending):
            bounds = {"first": first, "last": last, "limit": limit - len(found)}
            found += self._rows.of(source, [here, *conditions], order, values | bounds)
            if len(found) >= limit:
                break
        return found
