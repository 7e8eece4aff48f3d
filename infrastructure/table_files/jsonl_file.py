"""JSON lines: every value as it is, one object a row (RFC 8785, so that equal tables are equal)."""

from collections.abc import Mapping, Sequence
from typing import BinaryIO, Self

from application.result_table import Column
from domain.canonical import Json, encode


class JsonlFile:
    """A table in JSON lines."""

    def __init__(self, file: BinaryIO, _columns: Sequence[Column]) -> None:
        self._file = file

    def write(self, row: Mapping[str, Json]) -> None:
        """Take the next row."""
        self._file.write(encode(dict(row)) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None
