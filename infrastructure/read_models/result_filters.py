"""Which results of a run a query lets through, as conditions of a statement.

In them ``r`` is a table that has ``item``, ``epoch`` and ``section``. Not here: the search for a
text (``texts``), and orders.
"""

from collections.abc import Iterator
from typing import Any, Final

from application.read_model import ResultQuery
from domain.evaluation.results import OPEN, OUTCOMES
from infrastructure.read_models.tables import Tables
from infrastructure.read_models.texts import MATCHES, pattern

FEW: Final = 5_000
"""So many results are sorted when they are asked for; of more, the next ones are near."""

RANKED: Final = """FROM ranks$ AS k CROSS JOIN results$ AS r
    ON r.run = k.run AND r.item = k.item AND r.epoch = k.epoch"""
IN_RANGE: Final = """k.run = :run AND k.measure = :scorer AND k.missing = 0
    AND k.value BETWEEN :low AND :high"""
_SOURCES: Final = {
    "ranked": RANKED,
    "open": "FROM results$ AS r INDEXED BY results_by_outcome$",
    "section": "FROM results$ AS r INDEXED BY results_by_section$",
    "ended": "FROM results$ AS r INDEXED BY results_by_outcome$",
    "": "FROM results$ AS r NOT INDEXED",
}
"""Where to begin, by the first of these conditions that a query has."""

_CONDITIONS: Final = {
    "section": "r.section = :section",
    "open": "r.outcome = 0",
    "open then": "(r.outcome = 0 OR r.ended > :version)",
    "ended": "r.outcome = :outcome AND r.ended <= :version",
    "ranked": IN_RANGE,
    "scored": """EXISTS (SELECT 1 FROM scores$ AS s INDEXED BY scores_by_item$
        WHERE s.run = :run AND s.scorer = :scorer AND s.value BETWEEN :low AND :high
        AND s.item = r.item AND s.epoch = r.epoch AND s.version <= :version
        AND ifnull(s.until > :version, TRUE))""",
    "text": f"""EXISTS (SELECT 1 FROM items$ AS i NOT INDEXED
        WHERE i.dataset = :dataset AND i.item = r.item AND {MATCHES})""",  # noqa: S608 - constants
}
_FEW: Final = f"""SELECT count(*) FROM (
    SELECT 1 FROM ranks$ AS k WHERE {IN_RANGE} LIMIT :few + 1)"""  # noqa: S608 - constants


class Filters:
    """What a query asks of the results of one run; ``now`` where it is about its last state."""

    def __init__(
        self, tables: Tables, run: int, dataset: int, query: ResultQuery, *, now: bool
    ) -> None:
        self._tables, self._query, self._now = tables, query, now
        self.values: dict[str, Any] = {
            "run": run,
            "dataset": dataset,
            "version": query.version,
            "outcome": OUTCOMES.index(query.status) if query.status else None,
            "section": query.section,
            "scorer": query.scorer,
            "low": -float("inf") if query.low is None else query.low,
            "high": float("inf") if query.high is None else query.high,
            "text": pattern(query.text),
        }

    def in_range_are_few(self) -> bool:
        """Whether few results have a score in the range that is asked for."""
        (count,) = self._tables.named(_FEW, self.values | {"few": FEW}).fetchone()
        return bool(count <= FEW)

    def by_item(self) -> tuple[str, list[str]]:
        """The source to read by item, and the conditions but for the text."""
        names = [*self._names()]
        if "scored" in names and self._now and not self._query.text and self.in_range_are_few():
            names[-1] = "ranked"
        source = next(_SOURCES[name] for name in _SOURCES if name in (*names, ""))
        return source, [_CONDITIONS[name] for name in names]

    def all(self) -> list[str]:
        """All conditions."""
        return self._told([*self._names()])

    def but_status(self) -> list[str]:
        """All conditions but that of the status."""
        return self._told([name for name in self._names() if name in {"section", "scored"}])

    def _told(self, names: list[str]) -> list[str]:
        return [_CONDITIONS[name] for name in (*names, *(["text"] if self._query.text else []))]

    def _names(self) -> Iterator[str]:
        query = self._query
        if query.section is not None:
            yield "section"
        if query.status == OUTCOMES[OPEN]:
            yield "open" if self._now else "open then"
        elif query.status:
            yield "ended"
        if query.scorer is not None:
            yield "scored"
