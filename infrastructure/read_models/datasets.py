"""Datasets: lists of them, single ones, and their sections and items. Not here: runs on them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from application.ports import StreamKey
from application.read_model import (
    DatasetQuery,
    DatasetRow,
    Held,
    ItemQuery,
    ItemRow,
    LeftOutRow,
    SectionRow,
)
from domain.errors import NotFound
from domain.syntax import MAX_INTEGER
from infrastructure.read_models.streams import own_origin
from infrastructure.read_models.tables import Tables, bounded, need_stream
from infrastructure.read_models.texts import Search

_ROWS: Final = """SELECT number, origin, stream, version, d.name, d.held,
        (SELECT coalesce(sum(items), 0) FROM sections$ WHERE dataset = number),
        (SELECT count(*) FROM sections$ WHERE dataset = number),
        (SELECT at FROM milestones$ AS m WHERE m.stream = number AND m.version = 1),
        (SELECT at FROM milestones$ AS m WHERE m.stream = number AND type = 'dataset.frozen'),
        (SELECT max(version) FROM milestones$ AS m
            WHERE m.stream = number AND type = 'stream.sealed'),
        d.project, d.owner
    FROM datasets$ AS d {index} CROSS JOIN streams$ ON number = dataset
    WHERE {conditions} ORDER BY d.dataset DESC LIMIT :limit"""
_CONDITIONS: Final = {"project": "d.project = :project", "owner": "d.owner = :owner"}
_SECTIONS: Final = """SELECT section,
        (SELECT section_name FROM items$ AS i INDEXED BY items_with_name$
        WHERE i.dataset = s.dataset AND i.section = s.section AND section_name IS NOT NULL
        ORDER BY item LIMIT 1), items
    FROM sections$ AS s WHERE dataset = ? ORDER BY section"""
_ITEMS: Final = """SELECT item, section, section_name, outside, held, version
    FROM items$ NOT INDEXED WHERE dataset = ? AND item BETWEEN ? AND ? ORDER BY item LIMIT ?"""

_LEFT_OUT: Final = """SELECT l.version, target, kind, l.held, item
    FROM left_out$ AS l LEFT JOIN items$ AS i ON i.dataset = l.stream AND i.version = l.target
    WHERE stream = ? AND l.version > ? AND l.version <= ? ORDER BY l.version LIMIT ?"""


class Datasets:
    """The datasets of one moment."""

    def __init__(self, tables: Tables) -> None:
        self._tables, self._origin = tables, own_origin(tables)

    def one(self, key: StreamKey) -> DatasetRow:
        """One dataset.

        Raises:
            NotFound: when it is not here.
        """
        number, _ = need_stream(self._tables, key)
        statement = _ROWS.format(index="", conditions="d.dataset = :number")
        row = next(self._rows(statement, {"number": number, "limit": 1}), None)
        if row is None:
            raise NotFound(f"{key.stream} of {key.origin}", "a dataset", "another kind")
        return row

    def page(self, query: DatasetQuery) -> list[DatasetRow]:
        """Those that a query asks for."""
        names = [name for name in _CONDITIONS if getattr(query, name) is not None]
        conditions = ["d.dataset < :after", *(_CONDITIONS[name] for name in names)]
        index = f"INDEXED BY datasets_by_{names[-1]}$" if names else "NOT INDEXED"
        statement = _ROWS.format(index=index, conditions=" AND ".join(conditions))
        after = MAX_INTEGER if query.after is None else query.after
        values = query._asdict() | {"after": after, "limit": bounded(query.limit)}
        return list(self._rows(statement, values))

    def sections(self, key: StreamKey) -> list[SectionRow]:
        """The sections of a dataset."""
        number, _ = need_stream(self._tables, key)
        return [SectionRow(*row) for row in self._tables.execute(_SECTIONS, number)]

    def items(self, key: StreamKey, query: ItemQuery) -> list[ItemRow]:
        """The items of a dataset that a query asks for."""
        number, limit = self.one(key).number, bounded(query.limit)
        found: list[ItemRow] = []
        for first, last in Search(self._tables, number, query.text).stretches(query.after + 1):
            bounds = (number, first, last, limit - len(found))
            for item, section, name, outside, held, version in self._tables.execute(
                _ITEMS, *bounds
            ):
                found.append(ItemRow(item, section, name, outside, Held(held), version))
            if len(found) >= limit:
                break
        return found

    def left_out(self, key: StreamKey, versions: tuple[int, int], limit: int) -> list[LeftOutRow]:
        """The parts that events behind the first version, up to the second, left out; in order."""
        number, _ = need_stream(self._tables, key)
        rows = self._tables.execute(_LEFT_OUT, number, *versions, bounded(limit))
        return [
            LeftOutRow(version, target, kind, Held(held), item, None)
            for version, target, kind, held, item in rows
        ]

    def _rows(self, statement: str, values: Mapping[str, Any]) -> Iterator[DatasetRow]:
        for number, origin, stream, *rest in self._tables.named(statement, values).fetchall():
            version, name, held, *told = rest
            mirror = origin != (self._origin or origin)
            key = StreamKey(origin, stream)
            yield DatasetRow(number, key, mirror, version, name, Held(held), *told)
