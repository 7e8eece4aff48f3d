"""Takes the bytes of one member and writes its header and data.

Not here: the container around it.
"""

import hashlib
import zlib
from collections.abc import Callable
from typing import Final, Self

from infrastructure.bundle_zip.headers import Entry, Method, local, local_size
from infrastructure.bundle_zip.output import BUFFER_BYTES, Output

_LEVEL: Final = 6


class MemberSink:
    """One member; ``close`` it, or use it as a context, before the next is begun."""

    def __init__(
        self,
        output: Output,
        name: str,
        method: Method,
        offset: int,
        closed: Callable[[Entry, str], None],
    ) -> None:
        self._output, self._name, self._method, self._offset = output, name, method, offset
        self._closed = closed
        self._pack = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS) if method else None
        self._pending = bytearray()
        self._sha256 = hashlib.sha256()
        self._crc = self._size = self._packed = 0
        self._wait: Callable[[], None] = lambda: None

    def write(self, data: bytes) -> int:
        """Take some more bytes; small ones are gathered."""
        if len(data) >= BUFFER_BYTES:
            self._drain()
            self._take(data)
        else:
            self._pending += data
            if len(self._pending) >= BUFFER_BYTES:
                self._drain()
        return len(data)

    def close(self) -> str:
        """Finish the member.

        Returns:
            The SHA-256 of its bytes, as 64 hex digits.
        """
        self._drain()
        self._wait()
        if self._pack:
            self._write(self._pack.flush())
        entry = Entry(self._name, self._method, self._crc, self._packed, self._size, self._offset)
        self._output.write_at(self._offset, local(entry))
        digest = self._sha256.hexdigest()
        self._closed(entry, digest)
        return digest

    def _drain(self) -> None:
        self._take(self._pending)
        self._pending = bytearray()

    def _take(self, data: bytes | bytearray) -> None:
        self._sha256.update(data)
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._wait()  # for the piece before
        self._wait = self._output.beside(self._put, data)

    def _put(self, data: bytes | bytearray) -> None:
        self._write(self._pack.compress(data) if self._pack else data)

    def _write(self, packed: bytes | bytearray) -> None:
        self._output.write_at(self._offset + local_size(self._name) + self._packed, packed)
        self._packed += len(packed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
