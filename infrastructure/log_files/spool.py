"""Lines that wait in a temporary file until their turn comes. Not here: what they are."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final, Self

from infrastructure.files import writing

_IN_MEMORY: Final = 2**20
_PLACE: Final = "the temporary folder"


class LineSpool:
    """Lines in an anonymous temporary file, in memory while they are few; closed as a context."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)

    def add(self, line: bytes) -> None:
        """Add a line, which holds no LF."""
        with writing(_PLACE):
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
