from collections.abc import Callable
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

pytest.importorskip("httptools", reason="not for every Python and system")

from interface.api.httptools_protocol import HttpToolsProblems


class Timer:
    """A timer that a test lets run out."""

    def __init__(self, seconds: float, callback: Callable[[], None]) -> None:
        self.seconds, self.run_out = seconds, callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """A loop in which no time passes and nothing runs."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(Timer(seconds, callback))
        return self.timers[-1]

    def create_task(self, coroutine: Any) -> Any:
        coroutine.close()
        return self

    def add_done_callback(self, _: Any) -> None:
        """Nothing is ever done."""


class Transport:
    """What was written, and whether it was closed."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, _: str) -> None:
        """Nothing is known."""

    def pause_reading(self) -> None:
        """Nothing comes anyway."""

    resume_reading = pause_reading


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Never runs."""


def connected() -> tuple[HttpToolsProblems, Transport, Loop]:
    loop, transport = Loop(), Transport()
    config = Config(app, ws="none", log_config=None)
    protocol = HttpToolsProblems(config, ServerState(), {}, _loop=loop)  # type: ignore[arg-type]
    protocol.connection_made(transport)
    return protocol, transport, loop


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"


@pytest.mark.parametrize("begun", [b"", b"POST", HEAD[:-2], b"\r\n\r\n"])
def test_a_head_that_does_not_end_is_not_waited_for(begun: bytes) -> None:
    protocol, transport, loop = connected()
    if begun:
        protocol.data_received(begun)
    (timer,) = loop.timers
    assert (timer.seconds, transport.closed) == (30, False)
    timer.run_out()
    assert (transport.closed, transport.written) == (True, b"")


def test_a_head_at_its_end_is_not_waited_for_any_more() -> None:
    protocol, _, loop = connected()
    protocol.data_received(HEAD[:10])
    protocol.data_received(HEAD[10:])
    assert [timer.is_cancelled for timer in loop.timers] == [True]


def test_a_connection_that_is_lost_waits_for_nothing() -> None:
    protocol, _, loop = connected()
    protocol.connection_lost(None)
    assert [timer.is_cancelled for timer in loop.timers] == [True]


def test_the_next_head_is_waited_for_as_well_but_does_not_end_the_answer_before_it() -> None:
    protocol, transport, loop = connected()
    protocol.data_received(HEAD + b"abc")
    protocol.data_received(b"GET")
    _, second = loop.timers
    second.run_out()
    assert not transport.closed
    protocol.cycle.response_complete = True
    protocol.data_received(b" /")
    loop.timers[-1].run_out()
    assert transport.closed


def test_a_head_is_refused_when_it_is_too_large() -> None:
    protocol, transport, _ = connected()
    protocol.data_received(b"GET / HTTP/1.1\r\nX: ")
    for _piece in range(16):
        assert not transport.closed
        protocol.data_received(b"x" * 4095)
    protocol.data_received(b"x" * 100)
    assert transport.closed
    assert transport.written.startswith(b"HTTP/1.1 400 ")


def test_a_body_is_not_counted_as_a_head() -> None:
    protocol, transport, _ = connected()
    head = HEAD.replace(b"3", b"300000")
    protocol.data_received(head)
    for _piece in range(3):
        protocol.data_received(b"x" * 100_000)
    protocol.data_received(b"GET / HT")
    assert (transport.closed, transport.written) == (False, b"")
