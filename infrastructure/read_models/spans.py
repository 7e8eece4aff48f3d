"""Spans of a run's history in the tables, and what those that leave parts out say.

Not here: which events make a span (``application.spans``).
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from application.ports import StreamKey
from application.read_model import Held, LeftOutRow, Span
from infrastructure.read_models.tables import Tables, bounded, need_stream

_COLUMNS: Final = "SELECT first, last, kind, actor, began, ended, counts, facts FROM spans$"
_LAST: Final = f"{_COLUMNS} WHERE run = ? ORDER BY first DESC LIMIT 1"
_PAGE: Final = f"{_COLUMNS} WHERE run = ? AND first > ? ORDER BY first LIMIT ?"
_PUT: Final = "INSERT OR REPLACE INTO spans$ VALUES (?,?,?,?,?,?,?,?,?)"

_HELD: Final = {"part.erased": Held.ERASED, "part.withheld": Held.WITHHELD}
_LEFT_OUT: Final = """SELECT first, facts FROM spans$
    WHERE run = ? AND kind = ? AND first > ? AND first <= ? ORDER BY first LIMIT ?"""
_RESULT_OF: Final = """SELECT item, epoch FROM attempts$ WHERE run = ?1 AND version = ?2
    UNION ALL SELECT item, epoch FROM scores$ WHERE run = ?1 AND version = ?2
    UNION ALL SELECT item, epoch FROM annotations$ WHERE run = ?1 AND version = ?2"""


def add_spans(tables: Tables, run: int, spans: Sequence[Span]) -> None:
    """Add the spans that follow; the first may go on with the last one."""
    if not spans:
        return
    row = tables.one(_LAST, run)
    last = _span(row) if row else None
    goes_on = last and last.take(spans[0])
    new = [last, *spans[1:]] if last and goes_on else spans
    tables.each(_PUT, _rows(run, new))


def page(tables: Tables, run: StreamKey, after: int, limit: int) -> list[Span]:
    """The spans that begin behind a version, in order."""
    number, _ = need_stream(tables, run)
    return [_span(row) for row in tables.execute(_PAGE, number, after, bounded(limit))]


def left_out_between(
    tables: Tables, run: StreamKey, versions: tuple[int, int], limit: int
) -> list[LeftOutRow]:
    """The parts that events behind the first version, up to the second, left out; in order."""
    number, _ = need_stream(tables, run)
    found: list[LeftOutRow] = []
    for kind, held in _HELD.items():
        rows = tables.execute(_LEFT_OUT, number, kind, *versions, bounded(limit))
        for version, facts in rows.fetchall():
            told = json.loads(facts)
            item, epoch = tables.one(_RESULT_OF, number, told["target"]) or (None, None)
            found.append(LeftOutRow(version, told["target"], told["kind"], held, item, epoch))
    return sorted(found)[: bounded(limit)]


def _span(row: tuple[Any, ...]) -> Span:
    first, last, kind, actor, began, ended, counts, facts = row
    told = json.loads(counts), json.loads(facts)
    return Span(first, last, kind, actor, began, ended, *told)


def _rows(run: int, spans: Iterable[Span]) -> Iterable[tuple[object, ...]]:
    for each in spans:
        told = (each.first, each.last, each.kind, each.actor, each.began, each.ended)
        yield (run, *told, json.dumps(each.counts), json.dumps(each.facts))
