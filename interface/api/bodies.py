"""Request bodies that are read as they come, and what a body claims to be.

How large a body may be at all was decided before it came here (``body_limits``). Not here: what
bodies say, and those that are files (``incoming``).
"""

from hashlib import sha256
from typing import Final

from fastapi import Request

from interface.api.digests import announced_digest, as_announced, check_digest
from interface.api.errors import UnsupportedMedia
from interface.api.ndjson import Bounds, numbered_lines

MOST_LINE: Final = 16 * 2**20
"""Bytes of a line of NDJSON at most; what is larger goes into assets."""


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


def check_media(request: Request, *allowed: str) -> None:
    """Check what the body claims to be.

    Raises:
        UnsupportedMedia: when it is something else.
    """
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in allowed:
        raise UnsupportedMedia("Content-Type", " or ".join(allowed), ascii(stated[:80]) or "none")
