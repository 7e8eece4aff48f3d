"""Ranks: the answered results of a run in the order of each score and of the latency.

A result has a rank for each scorer, with or without a score that is shown. Ranks follow from
results and scores, and are withdrawn before a score changes. Not here: how they are read.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from application.read_model import StreamRows
from domain.evaluation.results import ANSWERED
from infrastructure.read_models.tables import Tables

LATENCY: Final = -1
"""The measure that is not the number of a scorer."""

Rank = tuple[int, int, int]
"""Scorer, item, epoch."""

_STANDING: Final = """SELECT scorer, item, epoch FROM scores$
    WHERE run = ? AND version = ? AND until IS NULL"""
_WITHDRAW: Final = """DELETE FROM ranks$ WHERE run = ?1 AND measure = ?2
    AND item = ?3 AND epoch = ?4
    AND (missing, value) = (SELECT count(value) = 0, coalesce(max(value), 0)
        FROM scores$ INDEXED BY scores_by_item$
        WHERE run = ?1 AND scorer = ?2 AND item = ?3 AND epoch = ?4 AND until IS NULL)"""
_RANK: Final = """INSERT INTO ranks$
    SELECT r.run, ?2, s.value IS NULL, coalesce(s.value, 0), r.item, r.epoch, r.section
    FROM results$ AS r LEFT JOIN scores$ AS s INDEXED BY scores_by_item$
        ON s.run = r.run AND s.item = r.item AND s.epoch = r.epoch AND s.scorer = ?2
        AND s.until IS NULL
    WHERE r.run = ?1 AND r.item = ?3 AND r.epoch = ?4"""
_RANK_BY_LATENCY: Final = """INSERT INTO ranks$
    SELECT r.run, ?, a.latency_ms IS NULL, coalesce(a.latency_ms, 0), r.item, r.epoch, r.section
    FROM attempts$ AS a JOIN results$ AS r USING (run, item, epoch)
    WHERE a.run = ? AND a.version BETWEEN ? AND ? AND a.outcome = 1 ORDER BY 3, 4, 5, 6"""


def withdraw(tables: Tables, run: int, rows: StreamRows) -> list[Rank]:
    """Delete the ranks that these rows will change, and return those to enter when they did."""
    answered = {row[1:3]: None for row in rows.attempts if row[4] == ANSWERED}
    changed = set(_changed(tables, run, rows))
    old = (rank for rank in changed if rank[1:] not in answered)
    tables.each(_WITHDRAW, ((run, *rank) for rank in old))
    (scorers,) = tables.one("SELECT scorers FROM runs$ WHERE run = ?", run) or (0,)
    new = [(scorer, *place) for scorer in range(scorers) for place in answered]
    return [*new, *changed.difference(new)]


def enter(tables: Tables, run: int, rows: StreamRows, ranks: Iterable[Rank]) -> None:
    """Enter these ranks, and those by the latency of the answers in these rows."""
    tables.execute(_RANK_BY_LATENCY, LATENCY, run, rows.first, rows.last)
    tables.each(_RANK, ((run, *rank) for rank in ranks))


def _changed(tables: Tables, run: int, rows: StreamRows) -> Iterator[Rank]:
    for _, item, epoch, scorer, *_ in rows.scores:
        yield scorer, item, epoch
    for _, target, kind in rows.erasures:
        if kind == "score":
            yield from tables.execute(_STANDING, run, target)
