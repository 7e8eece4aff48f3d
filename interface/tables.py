"""Writes the results of a run as a table: opens the file and its form. Loads no store.

Not here: what stands in a table (``application.result_table``).
"""

from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedWriter, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

from application.replaying import Replayer
from application.result_table import ResultTable
from domain.errors import Refused
from infrastructure.new_file import new_file
from infrastructure.table_files import FORMATS


def write_table(replayer: Replayer, form: str, target: Path, *, overwrite: bool) -> int:
    """Write the results of a run for another tool; return how many there are.

    Raises:
        Refused: when there is no run, or the target is taken or cannot be written.
    """
    reading = replayer.reading()
    if reading.history.run is None:
        raise Refused("--as", "a run, which has results", "a dataset")
    table, count = ResultTable(reading), 0
    with (
        new_file(target, overwrite=overwrite) as file,
        buffered(file) as draft,
        FORMATS[form](draft, table.columns) as sink,
    ):
        for count, row in enumerate(table.rows(), 1):  # noqa: B007 - the number is returned
            sink.write(row)
    return count


@contextmanager
def buffered(file: BinaryIO) -> Generator[BinaryIO]:
    """The file, to which small pieces are written in large ones; it stays open."""
    buffered = BufferedWriter(cast("RawIOBase", file), 2**20)
    yield cast("BinaryIO", buffered)
    buffered.flush()
    buffered.detach()
