"""The file that a container is written into, and a thread that writes while more bytes are made.

Not here: what is written.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import BinaryIO, Final, Self

from infrastructure.bundle_zip.source import read_at
from infrastructure.files import writing

BUFFER_BYTES: Final = 2**20
_WORTH_A_THREAD: Final = 2**17


class Output:
    """Bytes at any place of a file, which ``place`` names in errors.

    Raises:
        StorageFull, Refused: when the disk does not take them.
    """

    def __init__(self, file: BinaryIO, place: str) -> None:
        self._file, self._place = file, place
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._seeking = Lock()

    def write_at(self, offset: int, data: bytes | bytearray) -> None:
        """Write all of the data."""
        rest = memoryview(data)
        with writing(self._place), self._seeking:
            self._file.seek(offset)
            while rest:  # an unbuffered file may take less than it is given
                rest = rest[self._file.write(rest) :]

    def read_at(self, offset: int, size: int) -> bytes:
        """Read back what was written."""
        with writing(self._place), self._seeking:
            return read_at(self._file, offset, size)

    def beside(
        self, work: Callable[[bytes | bytearray], None], data: bytes | bytearray
    ) -> Callable[[], None]:
        """Begin to work on the data; calling what this returns waits for the end, and its error."""
        if len(data) < _WORTH_A_THREAD:
            work(data)
            return lambda: None
        return self._thread.submit(work, data).result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
