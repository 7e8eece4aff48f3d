"""Writes a bundle's container: one member after the other, headers as the format fixes them.

Not here: what the members hold, and which there must be. Memory does not grow with their size or
number: the central directory and the digests wait in temporary files.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from domain.bundle.layout import ASSETS, SECTIONS, NameOrder
from domain.errors import NotFound
from infrastructure.bundle_zip.headers import End, Entry, Method, central, end, local_size
from infrastructure.bundle_zip.member_sink import MemberSink
from infrastructure.bundle_zip.output import BUFFER_BYTES, Output
from infrastructure.bundle_zip.source import Cache
from infrastructure.new_file import new_file
from infrastructure.spooled_file import SpooledFile


class BundleWriter:
    """Writes the members of one bundle in the format's order, as a context.

    A path gets its file when the context ends well, whole and durable, and is left as it was
    otherwise. A file must be empty, seekable, readable and writable; it is not synced, nor closed.

    Raises:
        ContainerRejected: when a name is not on the closed list, or not behind the one before.
        Refused: when the path is taken and ``overwrite`` is not set.
        StorageFull: when the disk takes no more.
    """

    def __init__(
        self,
        target: Path | BinaryIO,
        method: Method = Method.STORED,
        *,
        overwrite: bool = False,
    ) -> None:
        self._target, self._method, self._overwrite = target, method, overwrite
        self._order = NameOrder()
        self._open: dict[str, int | None] = {}
        self._members, self._next = 0, 0
        self._extents: dict[str, tuple[int, int]] = {}

    def member(self, name: str, size: int | None = None) -> MemberSink:
        """Begin the next member.

        Where the ``size`` of a stored one is stated, the one behind it may begin before it is
        closed; they are closed in their order.
        """
        if None in self._open.values():
            raise RuntimeError(f"{name} was begun before the member before it was closed")
        self._order.admit(name)
        begin = self._next
        end = None if size is None or self._method else begin + local_size(name) + size
        self._open[name] = end
        self._next = begin if end is None else end
        return MemberSink(self._output, name, self._method, begin, self._add)

    def copy(self, name: str, chunks: Iterable[bytes]) -> str:
        """Write a whole member.

        Returns:
            The SHA-256 of its bytes, as 64 hex digits.
        """
        sink = self.member(name)
        for chunk in chunks:
            sink.write(chunk)
        return sink.close()

    def digests(self) -> Iterator[tuple[str, str]]:
        """Name and SHA-256 of each closed member, in order; to be exhausted before the next."""
        self._digests.seek(0)
        for line in self._digests:
            digest, name = line.decode("ascii").split()
            yield name, digest

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Read back from a closed, stored member that is no asset and no section.

        Returns:
            Up to ``size`` bytes from ``offset``; fewer only at the member's end.

        Raises:
            NotFound: where there is no such member.
        """
        if name not in self._extents:
            raise NotFound(name, "a closed, stored member of a fixed name", "none")
        return self._cache.read(*self._extents[name], offset, size)

    def _add(self, entry: Entry, digest: str) -> None:
        data = entry.offset + local_size(entry.name)
        self._close(entry.name, data + entry.packed)
        if not entry.method and not entry.name.startswith((ASSETS, SECTIONS)):
            self._extents[entry.name] = data, entry.size
        self._directory.write(central(entry))
        self._digests.seek(0, os.SEEK_END)
        self._digests.write(f"{digest} {entry.name}\n".encode("ascii"))
        self._members += 1

    def _close(self, name: str, end: int) -> None:
        first, stated = next(iter(self._open.items()))
        if name != first or stated not in {None, end}:
            raise RuntimeError(f"{name} was closed before {first}, or is not of its stated size")
        del self._open[name]
        self._next = max(self._next, end)

    def _finish(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        if self._open:
            raise RuntimeError("a member was begun and not closed")
        stated = End(self._members, self._directory.tell(), self._next)
        self._directory.seek(0)
        while chunk := self._directory.read(BUFFER_BYTES):
            self._output.write_at(self._next, chunk)
            self._next += len(chunk)
        self._output.write_at(self._next, end(stated))

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            file = self._target
            if isinstance(file, Path):
                file = stack.enter_context(new_file(file, overwrite=self._overwrite))
            self._output = stack.enter_context(Output(file, str(self._target)))
            self._directory = stack.enter_context(SpooledFile())
            self._digests = stack.enter_context(SpooledFile())
            self._cache = Cache(self._output.read_at)
            stack.push(self._finish)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)
