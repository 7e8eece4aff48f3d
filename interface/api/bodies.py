"""Request bodies: small ones whole, large ones in a temporary file. Not here: what they say.

How large a body may be at all was decided before it came here (``limits``).
"""

import re
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final, NamedTuple

from fastapi import Request
from starlette.datastructures import UploadFile

from interface.api.answers import beside
from interface.api.digests import announced_digest, as_announced, check_digest
from interface.api.errors import UnsupportedMedia
from interface.api.ndjson import Bounds, numbered_lines

MOST_LINE: Final = 16 * 2**20
"""Bytes of a line of NDJSON at most; what is larger goes into assets."""

_PIECE: Final = 2**20
_LONGEST_NAME: Final = 200
"""Bytes of a file's name that are kept; no disk takes more than 255."""


class Received(NamedTuple):
    """A body in a file."""

    path: Path
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""
        with self.path.open("rb") as file:
            while chunk := file.read(_PIECE):
                yield chunk


async def read_whole(request: Request) -> bytes:
    """The whole body, whose digest is the one that was stated, if one was."""
    body = await request.body()
    check_digest(sha256(body).digest(), announced_digest(request.headers))
    return body


async def read_lines(request: Request) -> list[bytes]:
    """The lines of an NDJSON body."""
    settings = request.app.state.settings
    bounds = Bounds(MOST_LINE, settings.max_body_size)
    chunks = as_announced(request.stream(), announced_digest(request.headers))
    return [line async for _, line in numbered_lines(chunks, bounds)]


@asynccontextmanager
async def received(request: Request, folder: Path) -> AsyncGenerator[Received]:
    """The body in a file in ``folder``, which is gone afterwards."""
    announced, digest, size = announced_digest(request.headers), sha256(), 0
    with NamedTemporaryFile(dir=folder, prefix="upload-") as file:

        def put(data: bytes) -> None:
            digest.update(data)
            file.write(data)

        pieces = bytearray()
        async for chunk in request.stream():
            pieces += chunk
            size += len(chunk)
            if len(pieces) >= _PIECE:
                await beside(partial(put, bytes(pieces)))
                pieces.clear()
        put(bytes(pieces))
        file.flush()
        check_digest(digest.digest(), announced)
        yield Received(Path(file.name), size)


def plain_name(stated: str | None) -> str:
    """The last part of a name that somebody gave a file, of characters that any disk takes."""
    last = re.split(r"[/\\]", stated or "")[-1].strip(". ")
    plain = "".join(char if char.isprintable() else "_" for char in last)
    return plain.encode()[-_LONGEST_NAME:].decode(errors="ignore") or "upload.eval752.zip"


@asynccontextmanager
async def filed(upload: UploadFile, folder: Path, name: str) -> AsyncGenerator[Path]:
    """A file of a form under its name, in a folder of its own, which is gone afterwards."""
    with TemporaryDirectory(dir=folder) as own:
        path = Path(own) / name

        def put() -> None:
            with path.open("xb") as file:
                shutil.copyfileobj(upload.file, file, _PIECE)

        await beside(put)
        yield path


def check_media(request: Request, *allowed: str) -> None:
    """Check what the body claims to be.

    Raises:
        UnsupportedMedia: when it is something else.
    """
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in allowed:
        raise UnsupportedMedia("Content-Type", " or ".join(allowed), ascii(stated[:80]) or "none")
