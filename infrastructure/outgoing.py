"""What the archive sends to others by itself: one POST, bounded in time and in what comes back.

HTTP by httpx, and awaited: only so can a whole exchange be given up, as httpx's own timeouts begin
anew with each byte. No redirect is followed: whoever was named is asked, and nobody else. Not here:
what is sent, whether the answer is right, and what is tried again.
"""

import asyncio
from typing import Final, NamedTuple

import httpx

from domain.errors import InvalidInput, Refused

TIMEOUT: Final = 30.0
"""Seconds until an answer must be whole."""


class Reply(NamedTuple):
    """An answer; ``media_type`` is in lower case and without parameters."""

    status: int
    media_type: str
    body: bytes


def post(url: str, body: bytes, media_type: str, at_most: int) -> Reply:
    """Send a body, and return what is answered, whatever the status.

    Raises:
        InvalidInput: when the address is none.
        Refused: when nobody answers in time, or with more than so many bytes.
    """
    try:
        return asyncio.run(_post(url, body, media_type, at_most))
    except TimeoutError:
        expected = f"a whole answer within {TIMEOUT:.0f} seconds"
        raise Refused(url, expected, "none, or a part of it") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as problem:
        raise InvalidInput(
            ascii(url)[1:-1][:200], "an address, http or https", str(problem)
        ) from None
    except httpx.HTTPError as problem:
        raise Refused(url, "an answer", str(problem) or type(problem).__name__) from problem


async def _post(url: str, body: bytes, media_type: str, at_most: int) -> Reply:
    headers = {"Content-Type": media_type, "Accept-Encoding": "identity"}
    async with (
        asyncio.timeout(TIMEOUT),
        httpx.AsyncClient(timeout=None) as client,  # noqa: S113 - the one above is for all of it
        client.stream("POST", url, content=body, headers=headers) as response,
    ):
        received = bytearray()
        async for piece in response.aiter_raw():
            received += piece
            if len(received) > at_most:
                raise Refused(url, f"an answer of at most {at_most} bytes", "more")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Reply(response.status_code, kind, bytes(received))
