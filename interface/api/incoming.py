"""Bodies that are files, while they come in: each in a file of its own, gone after its request.

All of them together have a bound, as well as each alone, so that whoever sends much at once fills
no disk on which others record. Not here: what is in them, and which a form has (``form_files``).
"""

import errno
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterator,
)
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final, NamedTuple, TypeVar

from fastapi import Request

from domain.errors import StorageFull
from interface.api.answers import beside
from interface.api.digests import announced_digest, as_announced, check_digest
from interface.api.errors import TooManyRequests
from interface.api.forms import FormReader, Taker

AT_ONCE: Final = 4
"""So many of the largest bodies may be on their way in together."""

_PIECE: Final = 2**20
_LATER: Final = 10
_PLACE: Final = "the folder of what comes in"
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Received(NamedTuple):
    """A body in a file."""

    path: Path
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""
        with self.path.open("rb") as file:
            while chunk := file.read(_PIECE):
                yield chunk


T = TypeVar("T", bound=Taker)


class Incoming:
    """Takes bodies into files in ``folder``, of at most ``most`` bytes at any time.

    To be used in one event loop.

    Raises:
        TooManyRequests: when there is no room just now.
        StorageFull: when the disk takes no more.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self._most = folder, most
        self._taken = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncGenerator[Received]:
        """The whole body in a file."""
        announced, digest, size = announced_digest(request.headers), sha256(), 0
        with self._room() as room, storing(_PLACE):
            file = NamedTemporaryFile(dir=self.folder, prefix="upload-")  # noqa: SIM115 - in the next block

            def put(data: bytes) -> None:
                digest.update(data)
                file.write(data)
                file.flush()

            with file:
                async for piece in _pieces(room.counted(request.stream())):
                    size += len(piece)
                    await beside(partial(put, piece))
                check_digest(digest.digest(), announced)
                yield Received(Path(file.name), size)

    @asynccontextmanager
    async def form(self, request: Request, taker: Callable[[Path], T]) -> AsyncGenerator[T]:
        """What takes the parts of a multipart form, in a folder of their own that goes with it."""
        with (
            self._room() as room,
            storing(_PLACE),
            TemporaryDirectory(dir=self.folder) as own,
        ):
            taking = taker(Path(own))
            chunks = as_announced(room.counted(request.stream()), announced_digest(request.headers))
            with closing(FormReader(request.headers["content-type"], taking)) as form:
                async for piece in _pieces(chunks):
                    await beside(partial(form.write, piece))
                form.end()
            yield taking

    @contextmanager
    def _room(self) -> Generator["_Room"]:
        room = _Room(self)
        try:
            yield room
        finally:
            self._taken -= room.taken

    def take(self, size: int) -> None:
        """Count bytes as coming in."""
        if self._taken + size > self._most:
            expected = f"bodies of at most {self._most} bytes that come in at once"
            raise TooManyRequests("the body", expected, "more").after(_LATER)
        self._taken += size


class _Room:
    """What one body takes of it."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming
        self.taken = 0

    def take(self, size: int) -> None:
        self._incoming.take(size)
        self.taken += size

    async def counted(self, chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
        async for chunk in chunks:
            self.take(len(chunk))
            yield chunk


async def _pieces(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces that are worth a thread."""
    gathered = bytearray()
    async for chunk in chunks:
        gathered += chunk
        if len(gathered) >= _PIECE:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


@contextmanager
def storing(place: str) -> Generator[None]:
    """Tell that the disk takes no more in our words; a room of the service is full, no client's."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            found = error.strerror or str(error)
            raise StorageFull(place, "room for more", found) from error
        raise
