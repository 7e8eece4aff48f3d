"""Request bodies that are read as they come, and what a body claims to be.

How large a body may be at all was decided before it came here (``body_limits``). Not here: what
bodies say, and those that are files (``incoming``).
"""

from functools import partial
from hashlib import sha256
from typing import Final

from fastapi import Request

from domain.canonical import Json, decode
from domain.errors import InvalidInput
from interface.api.answers import beside
from interface.api.digests import announced_digest, as_announced, check_digest
from interface.api.errors import TooLarge, UnsupportedMedia
from interface.api.ndjson import Bounds, lines_of

SHORT: Final = 2**16
"""Bytes that are read without giving others their turn."""

MOST_LINE: Final = 16 * 2**20
"""Bytes of a line of NDJSON at most, or of a document; what is larger goes into assets."""


async def read_whole(request: Request) -> bytes:
    """The whole body, whose digest is the one that was stated, if one was."""
    body = await request.body()
    check_digest(sha256(body).digest(), announced_digest(request.headers))
    return body


async def read_members(
    request: Request, allowed: frozenset[str], most: int = SHORT
) -> dict[str, Json]:
    """The members of the JSON object that a body of at most ``most`` bytes is.

    Raises:
        TooLarge: when it is longer: all others wait while a value is read.
        InvalidInput: when it is none, or has a member that is not allowed.
    """
    body = await read_whole(request)
    if len(body) > most:
        raise TooLarge("the body", f"at most {most} bytes", f"{len(body)}")
    work = partial(_members, body, allowed)
    return work() if len(body) <= SHORT else await beside(work)


async def read_lines(request: Request) -> list[bytes]:
    """The lines of an NDJSON body."""
    settings = request.app.state.settings
    bounds = Bounds(MOST_LINE, settings.max_body_size)
    chunks = as_announced(request.stream(), announced_digest(request.headers))
    return [line async for line in lines_of(chunks, bounds)]


def _members(body: bytes, allowed: frozenset[str]) -> dict[str, Json]:
    document, expected = decode(body, "body"), f"an object with {', '.join(sorted(allowed))}"
    if not isinstance(document, dict):
        raise InvalidInput("body", expected, "another value")
    for name in document:
        if name not in allowed:
            raise InvalidInput("body", expected, ascii(name[:80]))
    return document


def check_media(request: Request, *allowed: str) -> None:
    """Check what the body claims to be.

    Raises:
        UnsupportedMedia: when it is something else.
    """
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in allowed:
        raise UnsupportedMedia("Content-Type", " or ".join(allowed), ascii(stated[:80]) or "none")
