"""Keeps inflated members in one anonymous temporary file, so that they can be read at any place.

Not here: inflating.
"""

from collections.abc import Callable, Iterable

from infrastructure.bundle_zip.source import Cache
from infrastructure.spooled_file import SpooledFile


class Spill:
    """Members that were asked for, one behind the other; on disk when they are over 1 MiB.

    Raises:
        Refused: when the temporary folder has no room.
    """

    def __init__(self) -> None:
        self._file = SpooledFile()
        self._end = 0
        self._extents: dict[str, tuple[int, int]] = {}
        self._cache = Cache(self._read_file)

    def read(
        self, name: str, content: Callable[[], Iterable[bytes]], offset: int, size: int
    ) -> bytes:
        """Up to ``size`` bytes from ``offset``; ``content`` is read when the name is new."""
        if name not in self._extents:
            self._extents[name] = self._keep(content())
        return self._cache.read(*self._extents[name], offset, size)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _keep(self, content: Iterable[bytes]) -> tuple[int, int]:
        start = end = self._end
        for chunk in content:
            self._file.seek(end)
            self._file.write(chunk)
            end += len(chunk)
        self._end = end
        return start, end - start

    def _read_file(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)
