"""The rows of results with their scores, from wherever a statement begins. Not here: which ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from application.read_model import Held, ResultRow, ScoreRow
from domain.evaluation.results import OUTCOMES
from infrastructure.read_models.tables import Tables

_COLUMNS: Final = """SELECT r.item, r.epoch, r.section, i.outside, coalesce(i.held, 3), i.version,
        r.planned IS NOT NULL,
        CASE WHEN r.ended <= :version THEN r.attempts ELSE
            (SELECT count(attempt) FROM attempts$ AS t INDEXED BY attempts_by_item$
                WHERE t.run = r.run AND t.item = r.item AND t.epoch = r.epoch
                AND t.version <= :version) END,
        iif(r.ended <= :version, r.outcome, 0), iif(r.ended <= :version, r.ended, NULL),
        a.latency_ms, a.tokens_in, a.tokens_out"""
_JOINED: Final = """LEFT JOIN items$ AS i ON i.dataset = :dataset AND i.item = r.item
    LEFT JOIN attempts$ AS a ON a.run = r.run AND a.version = r.ended AND r.ended <= :version"""
_KNOWN: Final = "r.run = :run AND (r.planned <= :version OR r.begun <= :version)"
_SCORES_OF: Final = """SELECT scorer, value, held, version, until, revised
    FROM scores$ INDEXED BY scores_by_item$
    WHERE run = ? AND item = ? AND epoch = ? AND version <= ? ORDER BY version"""


class ResultRows:
    """The results of one run."""

    def __init__(self, tables: Tables, run: int, dataset: int) -> None:
        self._tables = tables
        self.run, self.dataset = run, dataset

    def at(self, item: int, epoch: int, version: int) -> Iterator[ResultRow]:
        """The result at a place, if it was known after this version."""
        values = {"item": item, "epoch": epoch, "version": version}
        here = ["r.item = :item AND r.epoch = :epoch"]
        return self.of("FROM results$ AS r NOT INDEXED", here, "", values)

    def of(
        self, source: str, conditions: Sequence[str], order: str, values: Mapping[str, Any]
    ) -> Iterator[ResultRow]:
        """Those of a source (``r``) that meet conditions, as they were after ``:version``."""
        told = " AND ".join((_KNOWN, *conditions))
        statement = f"{_COLUMNS} {source} {_JOINED} WHERE {told} {order}"
        places = {"run": self.run, "dataset": self.dataset}
        for (
            item,
            epoch,
            *names,
            outcome,
            ended,
            latency_ms,
            tokens_in,
            tokens_out,
        ) in self._tables.named(statement, {**values, **places}).fetchall():
            section, outside, held, version, planned, attempts = names
            scores = self.scores(item, epoch, values["version"])
            yield ResultRow(
                item, epoch, section, outside, Held(held), version, bool(planned), attempts,
                OUTCOMES[outcome], ended, latency_ms, tokens_in, tokens_out,
                sorted(score for score in scores if score.until is None),
            )  # fmt: skip

    def scores(self, item: int, epoch: int, version: int) -> Iterator[ScoreRow]:
        """The scores of a result up to a version; what revised one later is not told."""
        rows = self._tables.execute(_SCORES_OF, self.run, item, epoch, version)
        for scorer, value, held, begin, until, revised in rows:
            ended = until if until is not None and until <= version else None
            yield ScoreRow(scorer, value, Held(held), begin, ended, bool(revised))
