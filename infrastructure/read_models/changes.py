"""Results that became others between two versions of a run: answered, failed or scored meanwhile.

They are found among the events between where these are few, and else by item, where the next ones
are near. Not here: totals (``summaries``), and parts that were left out (``spans``).
"""

from typing import Final

from application.ports import StreamKey
from application.read_model import ChangeQuery, ChangeRow
from infrastructure.read_models.result_rows import ResultRows
from infrastructure.read_models.tables import Tables, bounded, dataset_of, need_stream

_FEW: Final = 10_000
"""Events."""

_AMONG: Final = "run = :run AND version > :since AND version <= :version"
_BEYOND: Final = "(item, epoch) > (:item, :after)"
_BY_VERSION: Final = f"""SELECT item, epoch FROM (
        SELECT item, epoch FROM attempts$ NOT INDEXED WHERE {_AMONG} AND outcome > 0
        UNION ALL SELECT item, epoch FROM scores$ NOT INDEXED WHERE {_AMONG})
    WHERE (+item, epoch) > (:item, :after)
    GROUP BY item, epoch ORDER BY item, epoch LIMIT :limit"""  # noqa: S608 - constants
_BY_ITEM: Final = f"""SELECT item, epoch FROM attempts$ INDEXED BY attempts_by_item$
        WHERE {_AMONG} AND outcome > 0 AND {_BEYOND}
    UNION SELECT item, epoch FROM scores$ INDEXED BY scores_by_item$
        WHERE {_AMONG} AND {_BEYOND}
    ORDER BY item, epoch LIMIT :limit"""  # noqa: S608 - constants


class Changes:
    """What changed in one run."""

    def __init__(self, tables: Tables, key: StreamKey) -> None:
        self._tables = tables
        self._run, _ = need_stream(tables, key)
        self._rows = ResultRows(tables, self._run, dataset_of(tables, self._run, key))

    def page(self, query: ChangeQuery) -> list[ChangeRow]:
        """Those that a query asks for."""
        item, after = query.after
        values = {
            "run": self._run,
            "since": query.since,
            "version": query.version,
            "item": item,
            "after": after,
            "limit": bounded(query.limit),
        }
        statement = _BY_VERSION if query.version - query.since <= _FEW else _BY_ITEM
        places = self._tables.named(statement, values).fetchall()
        return [row for place in places for row in self._changed(query, *place)]

    def _changed(self, query: ChangeQuery, item: int, epoch: int) -> list[ChangeRow]:
        before = next(self._rows.at(item, epoch, query.since), None)
        now = self._rows.at(item, epoch, query.version)
        return [ChangeRow(before, after) for after in now]
