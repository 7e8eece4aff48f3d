"""Results with what one scorer gave them: two joins instead of a question for each result.

For who reads a run from its beginning to its end. Not here: results with all of their scores
(``results``).
"""

import json
from collections.abc import Mapping
from typing import Final

from application.ports import StreamKey
from application.read_model import Held, ScoredRow, ScoreQuery
from domain.evaluation.results import OUTCOMES
from infrastructure.read_models.tables import Tables, bounded, dataset_of, need_stream

_HELD: Final[Mapping[int | None, Held | None]] = {None: None, **{held: held for held in Held}}
_ALL: Final = {"source": "results$ AS r NOT INDEXED", "place": "(r.item, r.epoch)"}
_OF_ITEMS: Final = {
    "source": """json_each(:items) AS j
        CROSS JOIN results$ AS r ON r.run = :run AND r.item = j.value""",
    "place": "(+r.item, r.epoch)",  # else all results behind the place are read for each item
}
_ROWS: Final = """SELECT r.item, r.epoch, r.section, i.outside,
        iif(r.ended <= :version, r.outcome, 0), s.value, s.held,
        ifnull(s.revised, 0)
    FROM {source} LEFT JOIN items$ AS i NOT INDEXED ON i.dataset = :dataset AND i.item = r.item
    LEFT JOIN scores$ AS s INDEXED BY scores_by_item$
        ON s.run = r.run AND s.item = r.item AND s.epoch = r.epoch AND s.scorer = :scorer
        AND s.version <= :version AND ifnull(s.until > :version, TRUE)
    WHERE r.run = :run AND {place} > (:item, :epoch)
        AND (r.planned <= :version OR r.begun <= :version)
    ORDER BY r.item, r.epoch LIMIT :limit"""


class Scores:
    """The scores of one run."""

    def __init__(self, tables: Tables, key: StreamKey) -> None:
        self._tables = tables
        self._run, _ = need_stream(tables, key)
        self._dataset = dataset_of(tables, self._run, key)

    def page(self, query: ScoreQuery) -> list[ScoredRow]:
        """Those that a query asks for."""
        item, epoch = query.after
        values = {
            "run": self._run,
            "dataset": self._dataset,
            "scorer": query.scorer,
            "version": query.version,
            "item": item,
            "epoch": epoch,
            "items": None if query.items is None else json.dumps([*query.items]),
            "limit": bounded(query.limit),
        }
        statement = _ROWS.format(**_ALL if query.items is None else _OF_ITEMS)
        return [
            ScoredRow(
                item, epoch, section, outside, OUTCOMES[outcome], value, _HELD[held], bool(revised)
            )
            for item, epoch, section, outside, outcome, value, held, revised in self._tables.named(
                statement, values
            )
        ]
