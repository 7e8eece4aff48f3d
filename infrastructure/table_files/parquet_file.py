"""Parquet, by pyarrow, which is the extra ``parquet``.

JSON values stand in it as JSON texts. Not here: which columns there are.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, BinaryIO, Final

from application.result_table import Column, Kind, TableSink
from domain.canonical import Json, encode
from domain.errors import Refused

ROWS_AT_ONCE: Final = 4096
"""Rows of one row group: what is held in memory."""


@contextmanager
def parquet_file(file: BinaryIO, columns: Sequence[Column]) -> Generator[TableSink]:
    """A table in Parquet.

    Raises:
        Refused: when pyarrow is not installed.
    """
    pa, parquet = _pyarrow()
    types = {Kind.WHOLE: pa.int64(), Kind.NUMBER: pa.float64()}
    fields = [(column.name, types.get(column.kind, pa.string())) for column in columns]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:

        def write(batch: Mapping[str, Sequence[Json]]) -> None:
            writer.write_table(pa.table(batch, schema))

        rows = _Rows(columns, write)
        yield rows
        rows.flush()


def _pyarrow() -> tuple[Any, Any]:
    """The library and its module for Parquet: an extra, slow to load, and without types."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as missing:
        remedy = "Install the extra parquet (docs/install.md)."
        raise Refused("parquet", "pyarrow", "none", remedy) from missing


class _Rows:
    """Rows that wait until there are enough for a row group."""

    def __init__(
        self, columns: Sequence[Column], write: Callable[[Mapping[str, Sequence[Json]]], None]
    ) -> None:
        self._columns, self._write = columns, write
        self._waiting: list[Mapping[str, Json]] = []

    def write(self, row: Mapping[str, Json]) -> None:
        """Take the next row."""
        self._waiting.append(row)
        if len(self._waiting) == ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._write(
                {name: [_value(row[name], kind) for row in waiting] for name, kind in self._columns}
            )


def _value(value: Json, kind: Kind) -> Json:
    if value is None or kind in {Kind.WHOLE, Kind.TEXT} or isinstance(value, str):
        return value
    if kind is Kind.NUMBER:
        return float(value) if isinstance(value, int | float) else None
    return encode(value).decode()
