"""Spools: bytes that wait in an anonymous temporary file, in memory while they are few.

Not here: anything that outlives the process.
"""

from collections.abc import Iterator
from typing import Final, Self

from infrastructure.spooled_file import SpooledFile

_CHUNK: Final = 2**20


class FileSpool:
    """One spool (``application.bundle_ports.Spool``), closed with its context."""

    def __init__(self) -> None:
        self._file = SpooledFile()
        self._pending = bytearray()
        self._size = 0

    def write(self, data: bytes, /) -> int:
        """Add to the end; small writes are gathered."""
        self._pending += data
        if len(self._pending) >= _CHUNK:
            self._drain()
        return len(data)

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in chunks of at most 1 MiB."""
        offset = 0
        while chunk := self.read_at(offset, _CHUNK):
            yield chunk
            offset += len(chunk)

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``."""
        self._drain()
        self._file.seek(offset)
        return self._file.read(size)

    def size(self) -> int:
        """Their number."""
        return self._size + len(self._pending)

    def _drain(self) -> None:
        if self._pending:
            self._file.seek(self._size)
            self._file.write(self._pending)
            self._size += len(self._pending)
            self._pending.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
