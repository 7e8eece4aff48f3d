"""Where the rows of a promptfoo result file stand, and what stands beside them.

Its forms: one JSON object, with the rows below ``results`` or ``results.results``; a list of rows;
a row a line. Not here: what a row means.
"""

from array import array
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from domain.errors import Eval752Error
from infrastructure.log_sources.json_pieces import extents, values
from infrastructure.log_sources.lines import spans_of
from infrastructure.log_sources.raw_file import RawFile

ROWS: Final = "results"
NESTED: Final = f"{ROWS}.{ROWS}"

_DUMP: Final = "_resultsLoaded"
_TABLE: Final = ("table", "table.head")
_OPENED: Final = ("config", ROWS, *_TABLE, *(f"{ROWS}.{name}" for name in _TABLE))
"""Where the members of an object are found as well: ``results.stats``."""

_CELL: Final = {"promptIdx", "testIdx"}
_LISTED: Final = (_CELL, {"prompt", "vars"}, {"prompt", "output"})
_BESIDE: Final = ({"version", "prompts"}, {"version", "stats"}, {"version", ROWS})
_PEEK: Final = 64

Span = tuple[int, int]


def is_promptfoo(first: bytes) -> bool:
    """Whether a text that begins so is a result file of any form."""
    if _bracket(first) == b"[":
        return _lists_rows(first)
    heads = _heads(first)
    top, rows = heads.keys(), heads.get(ROWS, b"")
    if _DUMP in top or top >= _CELL:
        return True
    if _bracket(rows) == b"[":
        return _lists_rows(rows)
    return any(names <= _heads(rows).keys() for names in _BESIDE)


class Layout:
    """Where everything stands: rows by number, all else by dotted name.

    Raises:
        UnreadableFile: when the file ends early, or cannot be read.
        InvalidInput: when its rows are no list.
    """

    def __init__(self, file: RawFile) -> None:
        self._file = file
        self.numbers, self.starts, self.ends = array("Q"), array("Q"), array("Q")
        self.spans: dict[str, Span] = {}
        first = file.first()
        size = file.size()
        self.rows = "line"
        if _bracket(first) == b"[":
            self.rows = "row"
            self._take_list((0, size))
        elif _heads(first).keys() >= _CELL:
            for number, start, end in spans_of(file.raw()):
                self._take(number, start, end)
        else:
            self._take_object(size)

    def begins(self, name: str, bracket: bytes) -> bool:
        """Whether there is something under this name that begins with a bracket."""
        start, end = self.spans.get(name, (0, 0))
        head = b"".join(self._file.between(start, min(end, start + _PEEK)))
        return _bracket(head) == bracket

    def _take_object(self, size: int) -> None:
        self.spans |= self._members((0, size), "")
        for name in _OPENED:
            if self.begins(name, b"{"):
                self.spans |= self._members(self.spans[name], f"{name}.")
        self.rows = NESTED if NESTED in self.spans else ROWS
        self._take_list(self.spans.get(self.rows, (0, 0)))

    def _members(self, span: Span, prefix: str) -> Mapping[str, Span]:
        spans: dict[str, Span] = {}
        place = f"{self._file.name}{prefix and ', '}{prefix.removesuffix('.')}"
        for name, offset, data, _ in values(self._file.between(*span), place):
            begin, _ = spans.setdefault(f"{prefix}{name}", (span[0] + offset, 0))
            spans[f"{prefix}{name}"] = begin, span[0] + offset + len(data)
        return spans

    def _take_list(self, span: Span) -> None:
        begin, end = span
        found = extents(self._file.between(begin, end), f"{self._file.name}, {self.rows}")
        for number, (start, stop) in enumerate(found):
            self._take(number, begin + start, begin + stop)

    def _take(self, number: int, start: int, end: int) -> None:
        self.numbers.append(number)
        self.starts.append(start)
        self.ends.append(end)


def _bracket(text: bytes) -> bytes:
    return text.lstrip()[:1]


def _heads(text: bytes) -> Mapping[str, bytes]:
    """The members of an object that is cut off, each with the first bytes of its value."""
    return dict(_pieces(text))


def _pieces(text: bytes) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    with suppress(Eval752Error):  # it is cut off, of course
        for name, _, data, _ in values([text], ""):
            if name not in seen:
                seen.add(name)
                yield name, data


def _lists_rows(text: bytes) -> bool:
    """Whether a list begins with a row."""
    names = _heads(text.lstrip()[1:]).keys()
    return any(each <= names for each in _LISTED)
