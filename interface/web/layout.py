"""Content as it is laid out: what is long scrolls, what is very long is cut and told to be. Pure.

Not here: which texts a value consists of (``content``), and the answer with all of it
(``routes_parts``).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from domain.canonical import Json
from interface.web.content import Block, blocks
from interface.web.wording import pretty, visible

MOST: Final = 100_000
"""Characters of a part that stand on a page."""

MOST_BLOCKS: Final = 500

_LINES, _WIDTH = 20, 80
"""Of more lines than this, of so many characters, a text is long."""


class Layout(NamedTuple):
    """The blocks of a part that are shown; ``size`` is of all of them, in characters."""

    blocks: Sequence[Block]
    is_long: bool
    shown: int
    size: int


def layout(value: Json) -> Layout:
    """A part's value for reading."""
    return _fitted(blocks(value))


def raw_layout(value: Json) -> Layout:
    """A part's value as JSON."""
    return _fitted([Block("", pretty(value), is_json=True)])


def choices_layout(choices: Sequence[Json]) -> Layout:
    """The choices of a question, each a block."""
    return _fitted(Block("", visible(choice)) for choice in choices)


def _fitted(whole: Iterable[Block]) -> Layout:
    every = [*whole]
    shown = [*_beginning(every)]
    lengths = [sum(len(block.text) for block in found) for found in (shown, every)]
    return Layout(shown, sum(map(_height, shown)) > _LINES, *lengths)


def _beginning(whole: Sequence[Block]) -> Iterator[Block]:
    """As many blocks as there is room for, the last one cut."""
    room = MOST
    for block in whole[:MOST_BLOCKS]:
        yield block._replace(text=block.text[:room])
        room -= len(block.text)
        if room <= 0:
            return


def _height(block: Block) -> int:
    """In lines."""
    return 1 + sum(1 + len(line) // _WIDTH for line in block.text.split("\n"))
