"""``Content-Digest`` (RFC 9530), of the one algorithm that evidence has here: SHA-256.

Not here: the digests of bundles, parts and events, which are the archive's own.
"""

import re
from base64 import b64encode
from binascii import Error as NoBase64
from binascii import a2b_base64
from collections.abc import AsyncGenerator, AsyncIterable
from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers

from domain.errors import InvalidInput

HEADER: Final = "Content-Digest"
_MEMBER: Final = re.compile(r"([a-z][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):", re.ASCII)
_EXPECTED: Final = "sha-256=:<base64 of 32 bytes>:"


def content_digest(digest: bytes) -> str:
    """The header's value for a SHA-256."""
    return f"sha-256=:{b64encode(digest).decode()}:"


def announced_digest(headers: Headers) -> bytes | None:
    """The SHA-256 that a body is said to have, if the headers say one.

    Raises:
        InvalidInput: when they are malformed, or name other algorithms only.
    """
    told = ", ".join(headers.getlist(HEADER))
    if not told:
        return None
    members = [_MEMBER.fullmatch(member.strip(" \t")) for member in told.split(",")]
    named = {member[1]: member[2] for member in members if member}
    digest = _decoded(named.get("sha-256", ""))
    if len(named) != len(members) or digest is None:
        raise InvalidInput(HEADER, _EXPECTED, ascii(told[:200]))
    return digest


async def as_announced(chunks: AsyncIterable[bytes], digest: bytes | None) -> AsyncGenerator[bytes]:
    """The chunks of a body as they come; after the last one, its digest has to be this.

    Raises:
        InvalidInput: at the end, when the body has another: nothing of it may be kept.
    """
    hashed = sha256()
    async for chunk in chunks:
        hashed.update(chunk)
        yield chunk
    check_digest(hashed.digest(), digest)


def check_digest(found: bytes, announced: bytes | None) -> None:
    """Refuse a body that has not the digest that it was announced with, if it was.

    Raises:
        InvalidInput: when it has another.
    """
    if announced is not None and found != announced:
        remedy = "It was changed on its way, or the header is another body's: send it again."
        raise InvalidInput(HEADER, content_digest(announced), content_digest(found), remedy)


def _decoded(text: str) -> bytes | None:
    try:
        digest = a2b_base64(text, strict_mode=True)
    except NoBase64:
        return None
    is_canonical = b64encode(digest).decode() == text
    return digest if is_canonical and len(digest) == sha256().digest_size else None
