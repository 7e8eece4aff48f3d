"""uvicorn's protocol on httptools, with problems as refusals and bounds on the head of a request.

httptools itself takes heads of any size, and uvicorn waits for them for ever. Not here: bounds on
bodies (``body_limits``).
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interface.api.connections import Bounded
from interface.api.refusals import LARGEST_HEAD, is_answering, refuse

HEAD_TIMEOUT: Final = 30.0
"""Seconds from the first byte of a head, or from the connection, to the head's end."""


class _Head:
    """One head that is not at its end: the bytes of it that came so far, at least."""

    def __init__(self) -> None:
        self.size = 0


class HttpToolsProblems(Bounded, HttpToolsProtocol):
    """What uvicorn does, within bounds."""

    head_timeout = HEAD_TIMEOUT
    _head: _Head | None = None
    _timer: asyncio.TimerHandle | None = None

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request."""
        refuse(self, msg)

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(transport)
        self._head = _Head()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head."""
        head = self._head
        super().data_received(data)
        if head is None or head is not self._head or self.transport.is_closing():
            return
        head.size += len(data)
        if head.size > LARGEST_HEAD:
            refuse(self, "a longer one")
        elif self._timer is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is at its end."""
        self._head = None
        self._wait_no_more()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is a head."""
        super().on_message_complete()
        self._head = _Head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing comes any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_timeout, self._give_up)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        """Close, unless an answer is under way: behind that, uvicorn's own timer waits."""
        self._timer = None
        if not is_answering(self):
            self.transport.close()
