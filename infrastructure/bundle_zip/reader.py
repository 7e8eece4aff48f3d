"""Reads a bundle's container strictly: only what the writer would have written of the same.

Not here: what the members mean, and which there must be. One thread at a time.
"""

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final, Self

from domain.bundle.members import ContainerRejected
from domain.errors import NotFound
from infrastructure.bundle_zip.directory import Directory
from infrastructure.bundle_zip.end_record import find_directory
from infrastructure.bundle_zip.headers import Entry, local_size
from infrastructure.bundle_zip.inflate import inflate
from infrastructure.bundle_zip.source import Cache, Source, pieces
from infrastructure.bundle_zip.spill import Spill

_CHUNK: Final = 2**20
_PACKED_CHUNK: Final = 2**16


def open_bundle(file: Path | BinaryIO) -> "ZipMembers":
    """Open a bundle and check its container; nothing of its members' data is read.

    Raises:
        UnreadableFile: when it cannot be read, is no ZIP file, or ends early.
        ContainerRejected: when it is not exactly as the format has it.
    """
    source = Source(file)
    try:
        return ZipMembers(source, Directory(source, find_directory(source, str(file))))
    except BaseException:
        source.close()
        raise


class ZipMembers:
    """The members of a checked container: ``domain.bundle.members.Members``, and a context.

    Raises:
        NotFound: when asked for a member that is not there.
    """

    def __init__(self, source: Source, directory: Directory) -> None:
        self._source, self._directory = source, directory
        self._cache = Cache(source.read_at)
        self._entry = lru_cache(maxsize=16)(self._find)
        self._spill = Spill()

    def names(self) -> Sequence[str]:
        """All names, in container order; read from the file as they are asked for."""
        return self._directory

    def size(self, name: str) -> int:
        """Uncompressed bytes of a member, as stated."""
        return self._entry(name).size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's bytes in chunks of at most 1 MiB; size and CRC are checked at the end."""
        entry = self._entry(name)
        crc = 0
        for chunk in self._inflated(entry):
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if crc != entry.crc:
            raise ContainerRejected(f"{name}: data", f"CRC {entry.crc}", str(crc))

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``. A stored member's CRC is not checked here.

        A deflated member is inflated as a whole into a temporary file when first asked for.
        """
        entry = self._entry(name)
        if entry.method:
            return self._spill.read(name, lambda: self.chunks(name), offset, size)
        return self._cache.read(_data(entry), entry.size, offset, size)

    def close(self) -> None:
        """Let the files go."""
        self._source.close()
        self._spill.close()

    def _find(self, name: str) -> Entry:
        entry = self._directory.find(name)
        if entry is None:
            raise NotFound(name, "a member of the bundle", "none")
        return entry

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        step = _PACKED_CHUNK if entry.method else _CHUNK
        data = pieces(self._source.read_at, _data(entry), entry.packed, step)
        return inflate(f"{entry.name}: data", data, entry.size) if entry.method else data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _data(entry: Entry) -> int:
    return entry.offset + local_size(entry.name)
