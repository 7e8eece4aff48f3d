"""Files of tables, for other tools: CSV, JSON lines, Parquet. Not here: what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Final

from application.result_table import Column, TableSink
from infrastructure.table_files.csv_file import CsvFile
from infrastructure.table_files.jsonl_file import JsonlFile
from infrastructure.table_files.parquet_file import parquet_file

OpenTable = Callable[[BinaryIO, Sequence[Column]], AbstractContextManager[TableSink]]

FORMATS: Final[Mapping[str, OpenTable]] = {
    "csv": CsvFile,
    "jsonl": JsonlFile,
    "parquet": parquet_file,
}
