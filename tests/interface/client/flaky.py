"""Networks that fail where they are told to: before, in the middle of, or after a request.

Not here: what must hold all the same.
"""

import socket
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from interface.client.bodies import pieces_of
from interface.client.errors import Unavailable
from interface.client.exchange import Answer, Request
from interface.client.transport import AsyncHttpTransport, HttpTransport
from tests.interface.client.service import TOKEN

WELL: Final = "well"
FATES: Final = (WELL, "before", "within", "after", "busy")
"""What may happen to a request: ``busy`` is an answer of 503."""

_BUSY: Final = Answer(503, {"retry-after": "0"})


class Fates:
    """What happens to the requests to record, one after the other; then all goes well."""

    def __init__(self, url: str, fates: Iterable[str], token: str) -> None:
        self._url, self._fates, self._token = url, iter(fates), token

    def next_for(self, request: Request) -> str:
        """What happens to this request; only what records can fail."""
        records = request.path.endswith(("/events", "/archivings"))
        return next(self._fates, WELL) if records else WELL

    def fail(self, fate: str, request: Request) -> None:
        """Fail before the request, or when half of it is there."""
        if fate == "within":
            _send_half(self._url, request, self._token)
        if fate in {"before", "within", "after"}:
            raise Unavailable(self._url, "an answer", f"none, cut {fate} the request")


class Flaky:
    """A transport that fails so."""

    def __init__(self, url: str, fates: Iterable[str], token: str) -> None:
        self._well, self._fates = HttpTransport(url, token, 10.0), Fates(url, fates, token)

    def send(self, request: Request) -> Answer:
        fate = self._fates.next_for(request)
        if fate == "busy":
            return _BUSY
        answer = self._well.send(request) if fate in {WELL, "after"} else _BUSY
        self._fates.fail(fate, request)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._well, name)


class AsyncFlaky:
    """The same, to be awaited."""

    def __init__(self, url: str, fates: Iterable[str], token: str) -> None:
        self._well, self._fates = AsyncHttpTransport(url, token, 10.0), Fates(url, fates, token)

    async def send(self, request: Request) -> Answer:
        fate = self._fates.next_for(request)
        if fate == "busy":
            return _BUSY
        answer = await self._well.send(request) if fate in {WELL, "after"} else _BUSY
        self._fates.fail(fate, request)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._well, name)


def flaky_of(kind: str, url: str, fates: Iterable[str], token: str = TOKEN) -> Any:
    """A transport for a client of one kind."""
    return (Flaky if kind == "sync" else AsyncFlaky)(url, fates, token)


def _send_half(url: str, request: Request, token: str) -> None:
    """Send half of a body, and hang up."""
    place = urlsplit(url)
    body = b"".join(pieces_of(request.body or b""))
    head = f"{request.method} {request.path} HTTP/1.1\r\nHost: {place.netloc}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    head += f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((str(place.hostname), place.port)) as connection:
        connection.sendall(head.encode() + body[: len(body) // 2])
