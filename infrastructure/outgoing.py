"""What the archive sends to others by itself: one POST, bounded in time and in what comes back.

HTTP by httpx. No redirect is followed: whoever was named is asked, and nobody else. Not here: what
is sent, whether the answer is right, and what is tried again.
"""

from time import monotonic
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
        return _post(url, body, media_type, at_most)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as problem:
        raise InvalidInput(
            ascii(url)[1:-1][:200], "an address, http or https", str(problem)
        ) from None
    except httpx.HTTPError as problem:
        raise Refused(url, "an answer", str(problem) or type(problem).__name__) from problem


def _post(url: str, body: bytes, media_type: str, at_most: int) -> Reply:
    ends = monotonic() + TIMEOUT
    headers = {"Content-Type": media_type, "Accept-Encoding": "identity"}
    with httpx.stream("POST", url, content=body, headers=headers, timeout=TIMEOUT) as response:
        received = bytearray()
        for piece in response.iter_raw():
            received += piece
            if len(received) > at_most:
                raise Refused(url, f"an answer of at most {at_most} bytes", "more")
            if monotonic() > ends:
                raise Refused(url, f"an answer within {TIMEOUT:.0f} seconds", "a part of it")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Reply(response.status_code, kind, bytes(received))
