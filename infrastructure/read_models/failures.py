"""The results of a run that failed, by the kind of their errors: counted in an index.

Not here: which kind an error is of (``domain.evaluation.failures``).
"""

from typing import Final

from application.read_model import MOST_KINDS, FailedAlike, FailureKinds
from infrastructure.read_models.tables import Tables

MOST_COUNTED: Final = 100_000
"""Kinds of a run that an index counts, by name; further ones are among ``others``."""

_KINDS: Final = f"""SELECT kind, results FROM (
        SELECT kind, count(*) AS results FROM failures$ INDEXED BY failures_by_kind$
        WHERE run = ? AND kind > '' GROUP BY kind LIMIT {MOST_COUNTED})
    ORDER BY results DESC, kind LIMIT ?"""  # noqa: S608 - constants
_FIRST: Final = """SELECT item, epoch FROM failures$ INDEXED BY failures_by_kind$
    WHERE run = ? AND kind = ? ORDER BY item, epoch LIMIT 1"""
_OTHERS: Final = """SELECT failed,
    (SELECT count(*) FROM failures$ AS f INDEXED BY failures_by_kind$
        WHERE f.run = r.run AND f.kind = ''),
    (SELECT count(*) FROM failures$ AS f INDEXED BY failures_by_kind$
        WHERE f.run = r.run AND f.kind IS NULL)
    FROM runs$ AS r WHERE run = ?"""


def failure_kinds(tables: Tables, run: int) -> FailureKinds:
    """The most frequent kinds, and how many results are of none of them."""
    counted = tables.execute(_KINDS, run, MOST_KINDS).fetchall()
    kinds = [
        FailedAlike(kind, results, *(tables.one(_FIRST, run, kind) or (0, 0)))
        for kind, results in counted
    ]
    failed, unnamed, undisclosed = tables.one(_OTHERS, run) or (0, 0, 0)
    others = failed - unnamed - undisclosed - sum(kind.results for kind in kinds)
    return FailureKinds(kinds, others, unnamed, undisclosed)
