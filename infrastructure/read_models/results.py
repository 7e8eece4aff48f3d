"""Results of a run, in pages by item and epoch, now or after an earlier event.

Not here: content, which is in the event store, and totals (``summaries``).
"""

from collections.abc import Iterator
from typing import Any, Final

from application.ports import StreamKey
from application.read_model import (
    MOST_ROWS,
    AttemptRow,
    Held,
    ResultDetail,
    ResultQuery,
    ResultRow,
    ScoreRow,
)
from domain.errors import NotFound
from domain.evaluation.results import OPEN, OUTCOMES
from domain.syntax import MAX_INTEGER
from infrastructure.read_models.tables import Tables, need_stream
from infrastructure.read_models.writing import CHUNK, SEARCHED

FEW: Final = 5_000
"""So many scores in a range are sorted by item; of more, the next ones by item are near."""

_COLUMNS: Final = """SELECT r.item, r.epoch, r.section, i.outside, coalesce(i.held, 3), i.version,
        r.planned IS NOT NULL,
        CASE WHEN r.ended <= :version THEN r.attempts ELSE
            (SELECT count(attempt) FROM attempts$ AS t INDEXED BY attempts_by_item$
                WHERE t.run = r.run AND t.item = r.item AND t.epoch = r.epoch
                AND t.version <= :version) END,
        iif(r.ended <= :version, r.outcome, 0), iif(r.ended <= :version, r.ended, NULL),
        a.latency_ms, a.tokens_in, a.tokens_out"""
_IN_RANGE: Final = "s.run = :run AND s.scorer = :scorer AND s.value BETWEEN :low AND :high"
_SCORES: Final = "FROM scores$ AS s INDEXED BY scores_by_value$"
_SOURCES: Final = {
    "item": "FROM results$ AS r NOT INDEXED",
    "outcome": "FROM results$ AS r INDEXED BY results_by_outcome$",
    "section": "FROM results$ AS r INDEXED BY results_by_section$",
    "score": f"""{_SCORES} CROSS JOIN results$ AS r
        ON r.run = s.run AND r.item = s.item AND r.epoch = s.epoch""",
}
_JOINED: Final = """LEFT JOIN items$ AS i ON i.dataset = :dataset AND i.item = r.item
    LEFT JOIN attempts$ AS a ON a.run = r.run AND a.version = r.ended AND r.ended <= :version"""
_HERE: Final = """r.run = :run AND (r.item, r.epoch) > (:item, :epoch) AND r.item <= :last
    AND (r.planned <= :version OR r.begun <= :version)"""
_CONDITIONS: Final = {
    "section": "r.section = :section",
    "open": "r.outcome = 0",
    "open then": "(r.outcome = 0 OR r.ended > :version)",
    "ended": "r.outcome = :outcome AND r.ended <= :version",
    "score": f"{_IN_RANGE} AND s.until IS NULL",
    "score then": f"""EXISTS (SELECT 1 FROM scores$ AS s INDEXED BY scores_by_item$
        WHERE {_IN_RANGE} AND s.item = r.item AND s.epoch = r.epoch AND s.version <= :version
        AND ifnull(s.until > :version, TRUE))""",  # noqa: S608 - constants
}  # fmt: skip
_FEW: Final = f"""SELECT count(*) FROM (SELECT 1 {_SCORES}
    WHERE {_IN_RANGE} AND s.until IS NULL LIMIT {FEW + 1})"""  # noqa: S608 - constants
_CHUNKS_WITH: Final = f"""SELECT chunk FROM texts$ WHERE dataset = :dataset
    AND chunk >= :item / {CHUNK} AND text LIKE :text ESCAPE '!' ORDER BY chunk"""  # noqa: S608 - constants
_ITEMS_WITH: Final = """SELECT item FROM items$ NOT INDEXED WHERE dataset = :dataset
    AND item BETWEEN :item AND :last AND outside LIKE :text ESCAPE '!' ORDER BY item"""
_SCORES_OF: Final = """SELECT scorer, value, held, version, until
    FROM scores$ INDEXED BY scores_by_item$
    WHERE run = ? AND item = ? AND epoch = ? AND version <= ? ORDER BY version"""
_ATTEMPTS_OF: Final = """SELECT version, attempt, outcome, latency_ms, tokens_in, tokens_out
    FROM attempts$ INDEXED BY attempts_by_item$
    WHERE run = ? AND item = ? AND epoch = ? AND version <= ? ORDER BY version"""
_ANNOTATIONS_OF: Final = """SELECT version FROM annotations$ INDEXED BY annotations_by_item$
    WHERE run = ? AND item = ?
    AND ifnull(epoch = ?, TRUE) AND version <= ? ORDER BY version LIMIT ?"""


_BEST: Final = {
    "score": "score",
    "open": "outcome",
    "section": "section",
    "ended": "outcome",
}
"""Where to begin, by the first of these conditions that a query has."""


class Results:
    """The results of one run."""

    def __init__(self, tables: Tables, key: StreamKey) -> None:
        self._tables = tables
        self._run, self._version = need_stream(tables, key)
        row = tables.one("SELECT dataset FROM runs$ WHERE run = ?", self._run)
        if row is None:
            raise NotFound(key.stream, "a run", "another stream")
        self._dataset: int = row[0]

    def page(self, query: ResultQuery) -> list[ResultRow]:
        """Those that a query asks for."""
        if len(query.text) > SEARCHED or "\0" in query.text:
            return []
        limit = min(max(query.limit, 0), MOST_ROWS)
        values = self._values(query)
        found: list[ResultRow] = []
        for first, last in self._stretches(query):
            (item, epoch) = max(query.after, (first - 1, MAX_INTEGER))
            bounds = {"item": item, "epoch": epoch, "last": last}
            bounds["limit"] = limit - len(found)
            found += self._rows(query, values | bounds)
            if len(found) >= limit:
                break
        return found

    def one(self, item: int, epoch: int, version: int) -> ResultDetail:
        """One result with all that led to it.

        Raises:
            NotFound: when it is neither planned nor has an event.
        """
        query = ResultQuery((item, epoch - 1), version=version)
        bounds = {"item": item, "epoch": epoch - 1, "last": item, "limit": 1}
        row = next(self._rows(query, self._values(query) | bounds), None)
        if row is None or row.epoch != epoch:
            raise NotFound("run", f"item {item}, epoch {epoch}", f"none at version {version}")
        place = (self._run, item, epoch, version)
        attempts = self._tables.execute(_ATTEMPTS_OF, *place)
        annotations = self._tables.execute(_ANNOTATIONS_OF, *place, MOST_ROWS)
        return ResultDetail(
            row,
            [AttemptRow(*attempt) for attempt in attempts],
            list(self._scores(item, epoch, version)),
            [version for (version,) in annotations],
        )

    def _values(self, query: ResultQuery) -> dict[str, Any]:
        text = "".join(f"!{letter}" if letter in "!%_" else letter for letter in query.text)
        return {
            "run": self._run,
            "dataset": self._dataset,
            "version": query.version,
            "outcome": OUTCOMES.index(query.status) if query.status else None,
            "section": query.section,
            "scorer": query.scorer,
            "low": -float("inf") if query.low is None else query.low,
            "high": float("inf") if query.high is None else query.high,
            "text": f"%{text}%",
        }

    def _stretches(self, query: ResultQuery) -> Iterator[tuple[int, int]]:
        """The first and last items of stretches to look through."""
        if not query.text:
            yield 0, MAX_INTEGER
            return
        values = self._values(query) | {"item": max(query.after[0], 0)}
        for (chunk,) in self._tables.named(_CHUNKS_WITH, values):
            bounds = {"item": max(query.after[0], chunk * CHUNK), "last": (chunk + 1) * CHUNK - 1}
            for (item,) in self._tables.named(_ITEMS_WITH, values | bounds):
                yield item, item

    def _rows(self, query: ResultQuery, values: dict[str, Any]) -> Iterator[ResultRow]:
        conditions = [*self._conditions(query, values)]
        source = next((_BEST[name] for name in _BEST if name in conditions), "item")
        shown = " AND ".join((_HERE, *(_CONDITIONS[name] for name in conditions)))
        statement = (
            f"{_COLUMNS} {_SOURCES[source]} {_JOINED}"
            f" WHERE {shown} ORDER BY r.item, r.epoch LIMIT :limit"
        )
        for (
            item,
            epoch,
            *names,
            outcome,
            ended,
            latency_ms,
            tokens_in,
            tokens_out,
        ) in self._tables.named(statement, values).fetchall():
            section, outside, held, version, planned, attempts = names
            standing = [s for s in self._scores(item, epoch, query.version) if s.until is None]
            yield ResultRow(
                item, epoch, section, outside, Held(held), version, bool(planned), attempts,
                OUTCOMES[outcome], ended, latency_ms, tokens_in, tokens_out,
                sorted(standing),
            )  # fmt: skip

    def _conditions(self, query: ResultQuery, values: dict[str, Any]) -> Iterator[str]:
        """The names of the conditions."""
        now = query.version >= self._version
        if query.section is not None:
            yield "section"
        if query.status == OUTCOMES[OPEN]:
            yield "open" if now else "open then"
        elif query.status:
            yield "ended"
        if query.scorer is not None:
            few = now and not query.text and self._are_few(values)
            yield "score" if few else "score then"

    def _are_few(self, values: dict[str, Any]) -> bool:
        (count,) = self._tables.named(_FEW, values).fetchone()
        return bool(count <= FEW)

    def _scores(self, item: int, epoch: int, version: int) -> Iterator[ScoreRow]:
        """The scores of a result up to a version; what revised one later is not told."""
        rows = self._tables.execute(_SCORES_OF, self._run, item, epoch, version)
        for scorer, value, held, begin, until in rows:
            ended = until if until is not None and until <= version else None
            yield ScoreRow(scorer, value, Held(held), begin, ended)
