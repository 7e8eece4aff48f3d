"""The search for a text in the outside ids of a dataset: first in those of 256 items at once.

Letters of ASCII are the same in either case. An id is searched up to a bound, and one that holds
NUL is not. Not here: how the texts of many ids are kept (``writing``).
"""

from collections.abc import Iterator
from typing import Final

from domain.syntax import MAX_INTEGER
from infrastructure.read_models.orders import DIRECTION
from infrastructure.read_models.tables import Tables

CHUNK: Final = 256
SEARCHED: Final = 1000
"""Items whose outside ids are searched as one text, and the characters of each that are in it."""

MATCHES: Final = f"""i.outside LIKE :text ESCAPE '!' AND NOT instr(i.outside, char(0))
    AND substr(i.outside, 1, {SEARCHED}) LIKE :text ESCAPE '!'"""
_CHUNKS: Final = """SELECT chunk FROM texts$ WHERE dataset = :dataset
    AND chunk BETWEEN :first AND :last AND text LIKE :text ESCAPE '!' ORDER BY chunk"""
_ITEMS: Final = f"""SELECT item FROM items$ AS i NOT INDEXED WHERE dataset = :dataset
    AND item BETWEEN :first AND :last AND {MATCHES} ORDER BY item"""  # noqa: S608 - constants


def pattern(text: str) -> str:
    """What to ask for as ``:text``."""
    return "%" + "".join(f"!{letter}" if letter in "!%_" else letter for letter in text) + "%"


def in_none(text: str) -> bool:
    """Whether no outside id can hold this, so that there is nothing to search."""
    return len(text) > SEARCHED or "\0" in text


class Search:
    """The search for one text in one dataset; no text stands in every id, known or not."""

    def __init__(self, tables: Tables, dataset: int, text: str) -> None:
        self._tables, self._text = tables, text
        self._values = {"dataset": dataset, "text": pattern(text)}

    def stretches(
        self, first: int = 0, last: int = MAX_INTEGER, *, descending: bool = False
    ) -> Iterator[tuple[int, int]]:
        """First and last items of stretches that hold all that is to be found, in order."""
        if not self._text:
            yield first, last
            return
        for item in self.items(first, last, descending=descending):
            yield item, item

    def items(
        self, first: int = 0, last: int = MAX_INTEGER, *, descending: bool = False
    ) -> Iterator[int]:
        """The items whose outside ids hold the text, in order."""
        if in_none(self._text):
            return
        direction = DIRECTION[descending]
        whole = {"first": first // CHUNK, "last": last // CHUNK}
        for (chunk,) in self._tables.named(f"{_CHUNKS} {direction}", self._values | whole):
            begin, end = chunk * CHUNK, (chunk + 1) * CHUNK - 1
            bounds = {"first": max(first, begin), "last": min(last, end)}
            for (item,) in self._tables.named(f"{_ITEMS} {direction}", self._values | bounds):
                yield item
