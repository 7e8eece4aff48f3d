"""Lines that wait in a temporary file until their turn comes. Not here: what they are."""

from collections.abc import Iterator
from typing import Self

from infrastructure.spooled_file import SpooledFile


class LineSpool:
    """Lines in an anonymous temporary file, in memory while they are few; closed as a context."""

    def __init__(self) -> None:
        self._file = SpooledFile()

    def add(self, line: bytes) -> None:
        """Add a line, which holds no LF."""
        self._file.write(line + b"\n")

    def lines(self) -> Iterator[bytes]:
        """All lines from the first on, without their LF; to be exhausted before more are added."""
        self._file.seek(0)
        for line in self._file:
            yield line[:-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
