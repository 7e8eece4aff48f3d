"""Text for terminals: harmless, wrapped, in columns. Pure; not here: where it goes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final
from unicodedata import category, east_asian_width

from domain.canonical import Json
from interface.hidden_characters import revealed

_ZERO: Final = ("Mn", "Me")
_LEAST: Final = 20
"""Columns that wrapped text is given at least."""


def columns(text: str) -> int:
    """The columns that a terminal takes for a text that is harmless."""
    if text.isascii():
        return len(text)
    return sum(0 if category(c) in _ZERO else 1 + (east_asian_width(c) in "WF") for c in text)


def clipped(text: str, most: int) -> str:
    """The text in at most so many columns, its end cut off where it is longer."""
    text = revealed(text)
    if columns(text) <= most:
        return text
    while text and columns(text) > most - 1:
        text = text[:-1]
    return text + "…"


def paragraph(head: str, text: str, width: int, indent: int | None = None) -> Iterator[str]:
    """The text behind ``head``, wrapped below itself, or at ``indent`` or 2 where that is tight."""
    below = columns(head) if indent is None else indent
    if width - below < _LEAST:
        below = 2
    room = max(width, _LEAST)
    lines = wrap(head + revealed(text), room, subsequent_indent=" " * below, break_on_hyphens=False)
    yield from lines or [""]


def block(lines: Iterable[str], width: int, indent: str = "  | ") -> Iterator[str]:
    """Lines of content, each behind a bar, so that they can be taken for nothing else."""
    room = max(width - len(indent), _LEAST)
    for line in lines:
        shown = revealed(line.expandtabs(4))
        for piece in wrap(shown, room, drop_whitespace=False, break_on_hyphens=False) or [""]:
            yield f"{indent}{piece}".rstrip()


def content(value: Json) -> Iterator[str]:
    """A part's value for reading: JSON, but that texts of several lines stand as such."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _member(f"{_quoted(name)}:", member)
    elif isinstance(value, list) and value:
        for member in value:
            yield from _member("-", member)
    elif isinstance(value, str) and "\n" in value:
        yield from value.split("\n")
    else:
        yield _quoted(value)


def _member(head: str, value: Json) -> Iterator[str]:
    lines = [*content(value)]
    if len(lines) == 1 and not (isinstance(value, dict | list) and value):
        yield f"{head} {lines[0]}"
        return
    yield head
    for line in lines:
        yield f"  {line}"


def _quoted(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Rows in columns where the width allows it, else each as a paragraph with the titles in it.

    Columns of which no row has anything are left out; without rows there is nothing.
    """
    cells = [[revealed(cell) for cell in row] for row in rows]
    if not cells:
        return
    used = [any(column) for column in zip(*cells, strict=True)]
    shown = [
        [cell for cell, show in zip(row, used, strict=True) if show] for row in (titles, *cells)
    ]
    sizes = [max(map(columns, column)) for column in zip(*shown, strict=True)]
    if sum(sizes) + 2 * len(sizes) - 2 > width:
        yield from _run_on(shown, width)
        return
    for row in shown:
        pairs = zip(row, sizes, strict=True)
        yield "  ".join(cell + " " * (size - columns(cell)) for cell, size in pairs).rstrip()


def _run_on(shown: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    titles, *rows = shown
    for first, *rest in rows:
        told = (f"{title} {cell}" for title, cell in zip(titles[1:], rest, strict=True) if cell)
        yield from paragraph(f"{first}  ", ", ".join(told), width)
