"""One log file as bytes: its beginning, its stretches, its digest. Not here: what they mean."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from domain.errors import UnreadableFile

CHUNK: Final = 2**20


class RawFile:
    """A file that stays open; nothing of it is kept in memory.

    Raises:
        UnreadableFile: when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._unreadable(error) from error

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """The file; None for a folder or a device, as opening a pipe would wait for its writer."""
        return None if path.exists() and not path.is_file() else cls(path)

    def size(self) -> int:
        """The number of its bytes."""
        return self._file.seek(0, 2)

    def between(self, start: int, end: int, step: int = CHUNK) -> Iterator[bytes]:
        """The bytes from one place to another, in chunks of at most ``step``."""
        try:
            while start < end:
                self._file.seek(start)
                chunk = self._file.read(min(step, end - start))
                if not chunk:
                    raise UnreadableFile(self.name, f"a byte {start}", "the end of the file")
                start += len(chunk)
                yield chunk
        except OSError as error:
            raise self._unreadable(error) from error

    def raw(self) -> Iterator[bytes]:
        """All bytes of the file."""
        return self.between(0, self.size())

    def first(self) -> bytes:
        """The first MiB, or what there is."""
        return next(self.raw(), b"")

    def digest(self) -> str:
        """The SHA-256 of the file."""
        return digest_of(self.raw())

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _unreadable(self, error: OSError) -> UnreadableFile:
        return UnreadableFile(self.name, "a readable file", error.strerror or str(error))


def digest_of(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of bytes that come in chunks, in hex."""
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
