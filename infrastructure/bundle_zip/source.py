"""Bytes at any place of a file, read in pieces or through a small cache.

Not here: what the bytes mean. Nothing here may be used by two threads at once.
"""

import os
import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from domain.bundle.members import ContainerRejected
from domain.errors import UnreadableFile

BLOCK_BYTES: Final = 2**16
_BLOCKS: Final = 64

ReadAt = Callable[[int, int], bytes]
"""``(offset, size)`` to that many bytes."""


class Source:
    """A file that is read as evidence: what cannot be read is told in our own errors.

    An open file is closed with it, as one that it has opened itself.

    Raises:
        UnreadableFile: when the path names no regular file, or reading fails.
    """

    def __init__(self, file: Path | BinaryIO) -> None:
        self._place = str(file)
        with self._told():
            self._file = self._opened(file) if isinstance(file, Path) else file
            self.size = os.fstat(self._file.fileno()).st_size

    def read_at(self, offset: int, size: int) -> bytes:
        """Exactly ``size`` bytes.

        Raises:
            ContainerRejected: when the file ends before.
        """
        with self._told():
            data = read_at(self._file, offset, size)
        if len(data) != size:
            raise ContainerRejected(f"offset {offset}", f"{size} bytes", f"{len(data)}")
        return data

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _opened(self, path: Path) -> BinaryIO:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its writer
            raise UnreadableFile(self._place, "a file", "a directory or device")
        return path.open("rb", buffering=0)

    @contextmanager
    def _told(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            found = error.strerror or str(error)
            raise UnreadableFile(self._place, "a readable file", found) from error


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Up to ``size`` bytes; fewer only at the end. Not ``os.pread``: that is not everywhere."""
    file.seek(offset)
    return file.read(size)


def pieces(read: ReadAt, offset: int, size: int, step: int) -> Iterator[bytes]:
    """``size`` bytes in pieces of at most ``step``."""
    for start in range(offset, offset + size, step):
        yield read(start, min(step, offset + size - start))


class Cache:
    """Makes many small reads cheap: the 64 blocks of 64 KiB that were read last (4 MiB)."""

    def __init__(self, read: ReadAt) -> None:
        self._read = read
        self._block = lru_cache(maxsize=_BLOCKS)(self._load)

    def read(self, start: int, length: int, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset`` within the ``length`` bytes at ``start``.

        Blocks are counted from ``start``, so that none holds bytes that are yet to be written.
        """
        stop = min(offset + size, length)
        if offset >= stop:
            return b""
        first, last = offset // BLOCK_BYTES, (stop - 1) // BLOCK_BYTES
        if first == last:
            block = self._block(start, length, first)
            return block[offset - first * BLOCK_BYTES : stop - first * BLOCK_BYTES]
        if last - first >= _BLOCKS // 2:
            return self._read(start + offset, stop - offset)
        blocks = (self._block(start, length, index) for index in range(first, last + 1))
        joined = b"".join(blocks)
        return joined[offset - first * BLOCK_BYTES : stop - first * BLOCK_BYTES]

    def _load(self, start: int, length: int, index: int) -> bytes:
        offset = index * BLOCK_BYTES
        return self._read(start + offset, min(BLOCK_BYTES, length - offset))
