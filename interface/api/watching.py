"""Watches requests from without: one line in the access log for each, and the metrics.

What is told is the template of the route, never the address that was asked for: in a path or query
there may be names. Not here: how a line is written (``logs``) and what metrics are called.
"""

from time import perf_counter
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interface.api.metrics import Metrics
from interface.api.request_facts import route_template, token_id

QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that are asked all the time; they are logged where they fail, or for debugging."""


class Watching:
    """Counts and logs each request when its answer is at its end."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(send)
        self._metrics.began()
        try:
            await self._app(scope, receive, watched.send)
        finally:
            self._tell(scope, watched, perf_counter() - watched.start)

    def _tell(self, scope: Scope, watched: "_Watched", seconds: float) -> None:
        method, route = scope["method"], route_template(scope)
        self._metrics.ended(method, route, watched.status, seconds)
        is_quiet = route in QUIET and watched.status < 400
        log = structlog.get_logger()
        (log.debug if is_quiet else log.info)(
            "request",
            method=method[:16],
            route=route,
            status=watched.status,
            milliseconds=round(seconds * 1000, 3),
            bytes=watched.bytes,
            token=token_id(scope),
        )


class _Watched:
    """One answer on its way out; 500 until it begins."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.start = perf_counter()
        self.status = 500
        self.bytes = 0

    async def send(self, message: Message) -> None:
        """Count a message, and pass it on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
        await self._send(message)
