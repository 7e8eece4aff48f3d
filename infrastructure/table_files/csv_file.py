"""CSV (RFC 4180) in UTF-8, with a header; JSON values stand in it as JSON.

What a model said is data, and must not become a formula: a text that a spreadsheet would compute
gets an apostrophe in front (docs/cli.md). Not here: which columns there are.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Final, Self

from application.result_table import Column, Kind
from domain.canonical import Json, encode

_COMPUTED: Final = ("=", "+", "-", "@", "\t", "\r")


class CsvFile:
    """A table in CSV."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
        self._columns = columns
        self._rows = csv.writer(self._text)
        self._rows.writerow([column.name for column in columns])

    def write(self, row: Mapping[str, Json]) -> None:
        """Take the next row."""
        self._rows.writerow([_cell(row[name], kind) for name, kind in self._columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.flush()
        self._text.detach()  # the file itself is somebody else's to close


def _cell(value: Json, kind: Kind) -> str:
    if value is None:
        return ""
    if kind is Kind.JSON and not isinstance(value, str):
        return encode(value).decode()
    text = value if isinstance(value, str) else encode(value).decode()
    is_number = kind in {Kind.WHOLE, Kind.NUMBER}
    return f"'{text}" if text.startswith(_COMPUTED) and not is_number else text
