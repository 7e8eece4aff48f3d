"""Every request has an id: the caller's, if it sent a sensible one, or else a new one.

It stands in the answer, in problems and in the log. Not here: idempotency, which has a key of its
own.
"""

import re
from random import getrandbits
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from interface.api.request_facts import REQUEST_ID, keep_request_id

HEADER: Final = "X-Request-Id"
_SENSIBLE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def new_request_id() -> str:
    """An id that no other request has."""
    return f"{getrandbits(128):032x}"


class RequestIds:
    """Gives each request its id, and the id to its answer and its log lines."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = _sensible(Headers(scope=scope).get(HEADER, "")) or new_request_id()
        keep_request_id(scope, own)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = own
            await send(message)

        with bound_contextvars(**{REQUEST_ID: own}):
            await self._app(scope, receive, telling)


def _sensible(text: str) -> str:
    return text if _SENSIBLE.fullmatch(text) else ""
