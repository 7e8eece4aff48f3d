"""CSV, strictly (RFC 4180): a header, UTF-8, and as many fields in each record as it names.

Quotes may hold the separator and ends of lines. Not here: what a column means.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from domain.errors import InvalidInput
from infrastructure.log_sources.lines import MAX_LINE_BYTES

BOM: Final = b"\xef\xbb\xbf"

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")

csv.field_size_limit(MAX_LINE_BYTES)  # of the process; a record is bounded below


class Record(NamedTuple):
    """The fields of a record, with the line in which it begins, and its size in bytes."""

    line: int
    size: int
    fields: Sequence[str]


def records(chunks: Iterable[bytes], delimiter: str, place: str) -> Iterator[Record]:
    """The header, and every record below it; a record of no fields is a blank line, and left out.

    Raises:
        InvalidInput: naming the line that is no CSV, or has more or fewer fields than the header.
    """
    text = _Text(chunks, place)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    header: Sequence[str] | None = None
    while True:
        line, text.size = reader.line_num + 1, 0
        try:
            fields = next(reader, None)
        except csv.Error as error:
            at = f"{place}, line {reader.line_num}"
            raise InvalidInput(at, "CSV as of RFC 4180", str(error)) from error
        if fields is None:
            return
        if not fields:
            continue
        at = f"{place}, line {line}"
        header = _checked_header(fields, at) if header is None else header
        if len(fields) != len(header):
            raise InvalidInput(at, f"{len(header)} fields, as in the header", f"{len(fields)}")
        yield Record(line, text.size, fields)


def _checked_header(names: Sequence[str], place: str) -> Sequence[str]:
    seen: set[str] = set()
    for number, name in enumerate(names, 1):
        if not name.strip() or name in seen:
            expected = "a header with a name of its own for each column"
            found = f"{name[:80]!r} twice" if name.strip() else f"none for column {number}"
            raise InvalidInput(place, expected, found)
        seen.add(name)
    return names


class _Text:
    """The text, line by line; ``size`` counts the bytes of the lines of a record."""

    def __init__(self, chunks: Iterable[bytes], place: str) -> None:
        self._lines, self._place, self._number = _lines(chunks), place, 0
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        self.size += len(line)
        at = f"{self._place}, line {self._number}"
        if self.size > MAX_LINE_BYTES:
            raise InvalidInput(at, f"a record of at most {MAX_LINE_BYTES} bytes", "a longer one")
        if self._number == 1:
            line = line.removeprefix(BOM)
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            found = "UTF-16" if line.startswith(_WIDE) else f"byte {line[error.start]:#04x}"
            remedy = "Save it as UTF-8."
            raise InvalidInput(at, "UTF-8", found, remedy) from None


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their ends; one that is too long comes in pieces, which are too long together."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > MAX_LINE_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest
