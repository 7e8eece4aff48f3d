"""Results in the order of a score or of the latency: where the next ones are, as of now.

They are read in their order from the ranks and filtered on the way; or, where a text or a range of
other scores leaves only a few, found and sorted. Those without a value come last: what the ranks
tell of the answered ones, and all that are open or failed. Not here: the rows at these places.
"""

import json
from itertools import islice
from typing import Final

from application.read_model import ResultPlace, ResultQuery, ResultSort
from infrastructure.read_models.orders import BEYOND, DIRECTION, Place, start, stretches
from infrastructure.read_models.ranks import LATENCY
from infrastructure.read_models.result_filters import FEW, IN_RANGE, RANKED, Filters
from infrastructure.read_models.tables import Tables, bounded
from infrastructure.read_models.texts import Search

_RANKS: Final = "FROM ranks$ AS r WHERE r.run = :run AND r.measure = :measure"
_ENDED: Final = "FROM results$ AS r INDEXED BY results_by_outcome$ WHERE r.run = :run"
_VALUED: Final = f"""SELECT r.value, r.item, r.epoch {_RANKS} AND r.missing = 0
    AND (r.value, r.item, r.epoch) {{beyond}} (:value, :item, :epoch)"""
_BY_VALUE: Final = "ORDER BY r.value {direction}, r.item {direction}, r.epoch {direction}"
_MISSING: Final = {
    "answered": f"SELECT NULL, r.item, r.epoch {_RANKS} AND r.missing = 1 AND r.value = 0",
    "open": f"SELECT NULL, r.item, r.epoch {_ENDED} AND r.outcome = 0",
    "failed": f"SELECT NULL, r.item, r.epoch {_ENDED} AND r.outcome = 2",
}
"""Those without a value, by status."""

_BEYOND: Final = "(r.item, r.epoch) {beyond} (:item, :epoch)"
_BY_ITEM: Final = "ORDER BY r.item {direction}, r.epoch {direction}"
_VALUE_OF: Final = {
    ResultSort.SCORE: """(SELECT s.value FROM scores$ AS s INDEXED BY scores_by_item$
        WHERE s.run = r.run AND s.item = r.item AND s.epoch = r.epoch AND s.scorer = :measure
        AND s.until IS NULL)""",
    ResultSort.LATENCY: """(SELECT a.latency_ms FROM attempts$ AS a
        WHERE a.run = r.run AND a.version = r.ended)""",
}
_TIES: Final = {turned: start(2, descending=turned)[1:] for turned in (False, True)}
_OF_ITEMS: Final = """FROM json_each(:items) AS j CROSS JOIN results$ AS r NOT INDEXED
    ON r.run = :run AND r.item = j.value"""


class SortedResults:
    """The places of the results that a query asks for."""

    def __init__(self, tables: Tables, dataset: int, query: ResultQuery, filters: Filters) -> None:
        self._tables, self._dataset, self._query, self._filters = tables, dataset, query, filters
        self._limit = bounded(query.limit)
        self._measure = LATENCY if query.sort is ResultSort.LATENCY else query.sorted_by
        self._values = {**filters.values, "measure": self._measure, "limit": self._limit}
        self._words = {"beyond": BEYOND[query.descending], "direction": DIRECTION[query.descending]}

    def places(self) -> list[ResultPlace]:
        """Those beyond the place of the query, as many as it asks for."""
        few = self._few()
        return self._walked() if few is None else self._sorted(few)[: self._limit]

    def _few(self) -> list[ResultPlace] | None:
        """All of them, in no order, where a text or a range leaves few to look at."""
        if self._query.text:
            search = Search(self._tables, self._dataset, self._query.text)
            items = list(islice(search.items(), FEW + 1))
            return self._found(_OF_ITEMS, "TRUE", items) if len(items) <= FEW else None
        is_other = self._query.scorer not in {None, self._measure}
        if is_other and self._filters.in_range_are_few():
            return self._found(RANKED, IN_RANGE)
        return None

    def _found(self, source: str, begin: str, items: list[int] | None = None) -> list[ResultPlace]:
        told = " AND ".join((begin, *self._filters.all()))
        statement = f"SELECT {_VALUE_OF[self._query.sort]}, r.item, r.epoch {source} WHERE {told}"
        values = self._values | {"items": json.dumps(items)}
        return [ResultPlace(*row) for row in self._tables.named(statement, values)]

    def _sorted(self, places: list[ResultPlace]) -> list[ResultPlace]:
        """These places in order, without those before the query's."""
        after = self._query.after
        left = (p for p in places if after is None or self._key(p) > self._key(after))
        return sorted(left, key=self._key)

    def _key(self, place: Place) -> Place:
        value, *ties = place
        turned = -1 if self._query.descending else 1
        return (value is None, turned * (value or 0), *(turned * number for number in ties))

    def _walked(self) -> list[ResultPlace]:
        found: list[ResultPlace] = []
        for place in stretches(self._query.after, 2, descending=self._query.descending):
            read = self._missing if place[0] is None else self._valued
            found += read(place)[: self._limit - len(found)]
        return found

    def _valued(self, place: Place) -> list[ResultPlace]:
        """Those with a value beyond a place; only an answer has one."""
        if self._query.status not in {None, "answered"}:
            return []
        conditions = [_VALUED, *self._filters.but_status()]
        if self._query.scorer == self._measure:
            place, end = self._within_range(place)
            conditions.append(end)
        return self._read(" AND ".join(conditions), _BY_VALUE, place)

    def _within_range(self, place: Place) -> tuple[Place, str]:
        """Where to go on and where to stop, so that what is out of the range is not read."""
        if self._query.descending:
            return min(place, (self._values["high"], *_TIES[True])), "r.value >= :low"
        return max(place, (self._values["low"], *_TIES[False])), "r.value <= :high"

    def _missing(self, place: Place) -> list[ResultPlace]:
        """Those without a value beyond a place: as many of each status, then the first of all."""
        found: list[ResultPlace] = []
        for status in self._statuses():
            conditions = [f"{_MISSING[status]} AND {_BEYOND}", *self._filters.but_status()]
            found += self._read(" AND ".join(conditions), _BY_ITEM, place)
        return sorted(found, key=self._key)

    def _statuses(self) -> set[str]:
        """The statuses among which results without a value are to be looked for."""
        query = self._query
        if query.scorer == self._measure:
            return set()
        told = {query.status} if query.status else set(_MISSING)
        return told if query.scorer is None else told & {"answered"}

    def _read(self, statement: str, order: str, place: Place) -> list[ResultPlace]:
        value, item, epoch = place
        text = f"{statement} {order} LIMIT :limit".format(**self._words)
        values = self._values | {"value": value, "item": item, "epoch": epoch}
        return [ResultPlace(*row) for row in self._tables.named(text, values)]
