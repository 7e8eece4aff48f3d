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
    WHERE r.run = ?1 AND {which} ORDER BY 3, 4, 5, 6"""
_RANK_ONE: Final = _RANK.format(which="r.item = ?3 AND r.epoch = ?4")
_RANK_ANSWERED: Final = _RANK.format(
    which="""(r.item, r.epoch) IN (SELECT item, epoch FROM attempts$
        WHERE run = ?1 AND version BETWEEN ?3 AND ?4 AND outcome = 1)"""
)
_RANK_BY_LATENCY: Final = """INSERT INTO ranks$
    SELECT r.run, ?2, a.latency_ms IS NULL, coalesce(a.latency_ms, 0), r.item, r.epoch, r.section
    FROM attempts$ AS a JOIN results$ AS r USING (run, item, epoch)
    WHERE a.run = ?1 AND a.version BETWEEN ?3 AND ?4 AND a.outcome = 1 ORDER BY 3, 4, 5, 6"""


def withdraw(tables: Tables, run: int, rows: StreamRows) -> set[Rank]:
    """Delete the ranks that these rows will change, and return them, to be entered anew."""
    answered = {row[1:3] for row in rows.attempts if row[4] == ANSWERED}
    ranks = {rank for rank in _changed(tables, run, rows) if rank[1:] not in answered}
    tables.each(_WITHDRAW, ((run, *rank) for rank in ranks))
    return ranks


def enter(tables: Tables, run: int, rows: StreamRows, withdrawn: Iterable[Rank]) -> None:
    """Enter the ranks that were withdrawn, and those of the answers in these rows."""
    tables.each(_RANK_ONE, ((run, *rank) for rank in withdrawn))
    if rows.attempts:
        tables.execute(_RANK_BY_LATENCY, run, LATENCY, rows.first, rows.last)
        (scorers,) = tables.one("SELECT scorers FROM runs$ WHERE run = ?", run) or (0,)
        for scorer in range(scorers):
            tables.execute(_RANK_ANSWERED, run, scorer, rows.first, rows.last)


def _changed(tables: Tables, run: int, rows: StreamRows) -> Iterator[Rank]:
    for _, item, epoch, scorer, *_ in rows.scores:
        yield scorer, item, epoch
    for _, target, kind, _ in rows.left_out:
        if kind == "score":
            yield from tables.execute(_STANDING, run, target)
