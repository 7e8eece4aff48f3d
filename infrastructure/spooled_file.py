"""An anonymous temporary file, in memory while it is small, with the disk's faults in our words.

Not here: what is in it, and anything that outlives the process.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Final, Self

from infrastructure.files import writing

_IN_MEMORY: Final = 2**20
_PLACE: Final = "the temporary folder"


class SpooledFile:
    """A binary file to write and to read back, which is gone when it is closed.

    Raises:
        StorageFull: when the disk takes no more; for the last bytes, only ``seek`` may tell.
        Refused: when there can be no temporary file.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)

    def write(self, data: bytes | bytearray) -> None:
        """Write all of the data at the place where the file is."""
        with writing(_PLACE):
            self._file.write(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        """Go to a place; what waited in a buffer is written first."""
        with writing(_PLACE):
            self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place where the file is."""
        return self._file.tell()

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; fewer only at the end."""
        return self._file.read(size)

    def __iter__(self) -> Iterator[bytes]:
        """The lines from here on, with their ends."""
        return iter(self._file)

    def close(self) -> None:
        """Let the file go."""
        with suppress(OSError):  # what is still in a buffer would go with the file anyway
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
