"""How long a body may be and how slowly it may come; a body without an end is cut off.

What a body announces is looked at before any of it is read, and what comes is counted. Not here:
how a body is read, and bounds within it (``ndjson``).
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import InvalidInput
from interface.api.errors import LengthRequired, TooLarge, TooSlow


class Limits(NamedTuple):
    """Bytes of a body, other bytes for some paths, and seconds in which something has to come."""

    size: int
    timeout: float
    by_path: Mapping[str, int]

    def of(self, path: str) -> int:
        """The bytes that a body sent there may have."""
        return self.by_path.get(path.rstrip("/"), self.size)


class BodyLimits:
    """Gives an app bodies within limits.

    Raises:
        LengthRequired: a body whose end is in doubt.
        TooLarge: a body that is too long, before or while it is read.
        TooSlow: while it is read.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._limits.of(scope["path"]), self._limits.timeout)
        body.look_at(Headers(scope=scope))
        await self._app(scope, body.receive, body.send)


class _Body:
    """The body of one request, and whether it is at its end."""

    def __init__(self, receive: Receive, send: Send, most: int, timeout: float) -> None:
        self._receive, self._send = receive, send
        self._most, self._timeout = most, timeout
        self._size = 0
        self._is_open = True

    def look_at(self, headers: Headers) -> None:
        """Refuse what is announced as too long; where nothing is announced, nothing will come."""
        length = headers.get("content-length", "")
        if length and not (length.isascii() and length.isdigit()):
            raise InvalidInput("Content-Length", "a whole number", ascii(length[:80]))
        if length and "transfer-encoding" in headers:  # who is before us may have taken the other
            raise LengthRequired("the body", "one length", "Content-Length and Transfer-Encoding")
        if length and (len(length) > 15 or int(length) > self._most):
            self._refuse(f"{length[:20]} bytes")
        self._is_open = length.strip("0") != "" or "transfer-encoding" in headers

    async def receive(self) -> Message:
        """The next piece; after the last one, whatever the server has to say, without a limit."""
        message = await (self._in_time() if self._is_open else self._receive())
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            self._refuse("more")
        self._is_open = bool(message.get("more_body", False))
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; one before the body's end does not wait for the rest of it."""
        if self._is_open and message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)

    async def _in_time(self) -> Message:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._receive()
        except TimeoutError:
            expected = f"some of it within {self._timeout:g} seconds"
            raise TooSlow("the body", expected, f"none after {self._size} bytes") from None

    def _refuse(self, found: str) -> None:
        remedy = "Send it in parts, or let the service take more (docs/service.md)."
        raise TooLarge("the body", f"at most {self._most} bytes", found, remedy)
