"""The items of a plain file: the row in which each stands first.

Not here: what came of them.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from domain.canonical import Json, encode
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.plain.mapping import Columns
from infrastructure.log_sources.plain.rows import Row, value_of
from infrastructure.log_sources.plain.values import epoch_of, text_of, texts_of


class Cell(NamedTuple):
    """The item and epoch of a row; ``fresh`` says that no row before is of the item."""

    item: int
    epoch: int
    fresh: bool


class Cells:
    """Which row is of which item and epoch, in one walk."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._items: dict[str, int] = {}
        self._lines: dict[tuple[int, int], int] = {}
        self._rows: list[bytes] = []

    def take(self, row: Row) -> Cell:
        """The cell of the next row.

        Raises:
            InvalidInput: naming both rows, when another one is of the same item and epoch.
        """
        outside, column = item_id(row, self._columns), self._columns.single.get("epoch", "")
        items = len(self._items)
        item = self._items.setdefault(outside, items)
        epoch = epoch_of(value_of(row.values, column), f"{row.place}, {column}") if column else 1
        first = self._lines.setdefault((item, epoch), row.line)
        if first != row.line:
            remedy = "" if column else "Map the column that tells them apart as epoch."
            expected, found = "the only row of its item and epoch", f"another one in line {first}"
            raise InvalidInput(row.place, expected, found, remedy)
        if column:
            self._check_same(row, item, item == items)
        return Cell(item, epoch, item == items)

    def _check_same(self, row: Row, item: int, fresh: bool) -> None:
        """Rows of one item in several epochs must tell the same of it."""
        digest = sha256(encode(item_row(row, self._columns))).digest()
        if fresh:
            self._rows.append(digest)
        elif self._rows[item] != digest:
            expected = "an item as in its other epochs"
            raise InvalidInput(row.place, expected, "another question, answer, section or meta")


def item_id(row: Row, columns: Columns) -> str:
    """The id of the item that a row is about; its line where no column is the id.

    Raises:
        InvalidInput: when the column holds none.
    """
    column = columns.single.get("id")
    if column is None:
        return str(row.line)
    outside = text_of(value_of(row.values, column))
    if outside is None:
        found = shown(value_of(row.values, column))
        raise InvalidInput(f"{row.place}, {column}", "an id", found)
    return outside


def item_row(row: Row, columns: Columns) -> Members:
    """The item as eval_752 has it.

    Raises:
        InvalidInput: for choices that are no texts.
    """
    named = {name: value_of(row.values, column) for name, column in columns.single.items()}
    choices = _choices(row, columns.several.get("choices", []))
    section, kind = text_of(named.get("section")), text_of(named.get("type"))
    meta: Members = {name: value_of(row.values, name) for name in columns.several.get("meta", [])}
    answer = named.get("answer")
    return {
        "id": item_id(row, columns),
        "type": kind or ("mcq_single" if choices else "freeform"),
        "inputs": _inputs(named["question"]),
        "answer": None if answer == "" else answer,
        **({"choices": choices} if choices else {}),
        **({"section": section} if section else {}),
        **({"meta": meta} if meta else {}),
    }


def _inputs(question: Json) -> Json:
    """A text, or whatever else is asked: an object as it is."""
    if isinstance(question, dict):
        return question
    return {"text": question} if isinstance(question, str) else {"value": question}


def _choices(row: Row, columns: Sequence[str]) -> list[Json]:
    if len(columns) == 1:
        column = columns[0]
        return [*texts_of(value_of(row.values, column), f"{row.place}, {column}")]
    return [text for name in columns if (text := text_of(value_of(row.values, name))) is not None]
