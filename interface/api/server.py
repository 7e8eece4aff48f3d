"""Runs an app on uvicorn: binds, says where it listens, and stops without breaking requests off.

Not here: the app, and what the settings mean to it (``serving``).
"""

import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import InvalidInput, Refused, UnreadableFile
from interface.api.connections import most_connections
from interface.api.protocols import problem_protocol
from interface.api.refusals import LARGEST_HEAD
from interface.api.settings import Settings

_KEEP_ALIVE: Final = 75
"""Seconds: longer than a proxy keeps its connections, so that it never sends on a closed one."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def run(
    app: ASGIApp,
    settings: Settings,
    *,
    listening: Callable[[str], None],
    stopping: Callable[[], None],
) -> None:
    """Serve until a signal comes; ``stopping`` is called before the last requests are waited for.

    Raises:
        Refused: when everybody could reach an archive without a token, or the address is taken.
        InvalidInput: when the host is none.
        UnreadableFile: when the certificate or its key cannot be used.
        KeyboardInterrupt: at the end, when the signal was SIGINT.
    """
    bound = bound_socket(settings)
    starting = _Starting(app)
    try:
        server = _Server(_config(starting, settings))
        server.listening = lambda: listening(address_of(bound, settings))
        server.stopping = stopping
        server.run(sockets=[bound])
    except SystemExit as unexplained:  # uvicorn's way to say that the app did not start
        raise starting.fault or unexplained from None
    finally:
        bound.close()
    if server.interrupted:
        raise KeyboardInterrupt


def bound_socket(settings: Settings) -> socket.socket:
    """A socket at the address of the settings."""
    place = f"{settings.host}:{settings.port}"
    try:
        family, *_, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as problem:
        raise InvalidInput("--host", "an address of this machine", settings.host) from problem
    if settings.open and not ip_address(str(address[0]).partition("%")[0]).is_loopback:
        remedy = "Leave --open away, or listen on 127.0.0.1 alone."
        raise Refused("--open", "an address that this machine alone reaches", place, remedy)
    try:
        return socket.create_server(address, family=family)
    except OSError as problem:
        found = problem.strerror or str(problem)
        remedy = "Choose another --port or --host."
        raise Refused(place, "an address to listen at", found, remedy) from problem


def address_of(bound: socket.socket, settings: Settings) -> str:
    """Where the service is reached, as a URL."""
    host, port = bound.getsockname()[:2]
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    protocol = problem_protocol()
    protocol.most = most_connections()
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=settings.graceful_timeout,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    try:
        config.load()
    except OSError as problem:  # that of TLS is one
        found = problem.strerror or str(problem)
        place = f"{settings.tls_cert} or {settings.tls_key}"
        raise UnreadableFile(place, "a certificate and its key, in PEM", found) from problem
    return config


class _Starting:
    """An app, and what kept it from starting."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.fault: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(
                scope, receive, _wordless(send) if scope["type"] == "lifespan" else send
            )
        except Exception as fault:
            if scope["type"] == "lifespan":
                self.fault = fault
            raise


def _wordless(send: Send) -> Send:
    """Leave the traceback out, which uvicorn would log as it is."""

    async def telling(message: Message) -> None:
        await send({"type": message["type"]})

    return telling


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it begins and ends; a signal is no reason to die by it."""

    listening: Callable[[], None]
    stopping: Callable[[], None]
    interrupted = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the app and accept connections."""
        await super().startup(sockets)
        self.listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, and wait for the requests that are there."""
        self.stopping()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second SIGINT does not wait for requests."""
        self.interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Handle signals while it serves; where a test has it in a thread, there are none."""
        before: dict[int, Any] = {}
        with suppress(ValueError):
            before.update((sig, signal.signal(sig, self.handle_exit)) for sig in _SIGNALS)
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)
