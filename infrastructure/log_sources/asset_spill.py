"""Assets that stand within a log file as text: kept decoded in an anonymous temporary file.

So memory stays bounded, and each can be read again without looking for it. Not here: the archive's
own assets, and which values are assets.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from infrastructure.spooled_file import SpooledFile

_CHUNK: Final = 2**20


class AssetSpill:
    """Assets by name, each kept once."""

    def __init__(self) -> None:
        self._file = SpooledFile()
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def keep(self, data: bytes, ext: str) -> str:
        """Keep these bytes and return their name.

        Raises:
            StorageFull: when they do not fit.
        """
        name = f"{sha256(data).hexdigest()}.{ext}"
        if name not in self._places:
            self._file.seek(self._end)
            self._file.write(data)
            self._places[name] = (self._end, len(data))
            self._end += len(data)
        return name

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of an asset that was kept, in chunks of at most 1 MiB."""
        start, size = self._places[name]
        for offset in range(start, start + size, _CHUNK):
            self._file.seek(offset)
            yield self._file.read(min(_CHUNK, start + size - offset))

    def __len__(self) -> int:
        return len(self._places)

    def close(self) -> None:
        """Let the file go, and all that was kept."""
        self._file.close()
