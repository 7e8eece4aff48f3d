from collections.abc import Generator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest

from domain.errors import InvalidInput, Refused
from infrastructure import outgoing
from infrastructure.outgoing import Reply, post
from tests.authorities import serving


def test_an_answer_comes_back_whatever_its_status() -> None:
    with serving(lambda body: (409, "Text/Plain; charset=utf-8", body[::-1])) as server:
        assert post(server.url, b"abc", "text/x", 3) == Reply(409, "text/plain", b"cba")
    assert server.bodies == [b"abc"]


def test_an_answer_is_bounded_in_size() -> None:
    with serving(lambda body: (200, "text/plain", bytes(100))) as server:
        with pytest.raises(Refused, match="at most 99 bytes"):
            post(server.url, b"", "text/x", 99)
        assert len(post(server.url, b"", "text/x", 100).body) == 100


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"z"),
        (b"", b""),
    ],
)
def test_who_never_comes_to_an_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch, first: bytes, again: bytes
) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.3)
    with dripping(first, again) as url, pytest.raises(Refused, match="a whole answer within"):
        post(url, b"", "text/x", 10**6)


@contextmanager
def dripping(first: bytes, again: bytes) -> Generator[str]:
    """One that answers a little again and again, until nobody listens."""
    gone = Event()

    class Drips(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.request.sendall(first)
                while not gone.wait(0.02):
                    self.request.sendall(again)

    with ThreadingTCPServer(("127.0.0.1", 0), Drips) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            gone.set()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1/", "file:///etc/passwd"])
def test_what_is_no_address_is_invalid(url: str) -> None:
    with pytest.raises(InvalidInput, match="an address, http or https"):
        post(url, b"", "text/x", 1)


def test_nobody_there_is_refused() -> None:
    with serving(lambda body: (200, "text/plain", body)) as server:
        pass
    with pytest.raises(Refused, match="an answer"):
        post(server.url, b"", "text/x", 1)
