import json
import signal
import socket
import ssl
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from domain.errors import InvalidInput, Refused, UnreadableFile
from interface.api.server import address_of, bound_socket, run
from interface.api.settings import read_settings
from tests.interface.api.serving import Served, parsed, read_all, served


@pytest.fixture(scope="module")
def server() -> Generator[Served]:
    with served("max_body_size=1000", "body_timeout=0.2") as running:
        yield running


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: here", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_it_says_where_it_listens(server: Served) -> None:
    assert server.address.startswith("http://127.0.0.1:")
    status, headers, body = parsed(server.say(request("GET", "/client")))
    assert (status, body) == (200, b'"127.0.0.1"')
    assert "server" not in headers
    assert headers["x-request-id"]


def test_a_body_that_is_announced_as_too_long_is_refused_before_it_is_sent(server: Served) -> None:
    said = server.say(request("POST", "/length", "Content-Length: 1001", "Expect: 100-continue"))
    status, headers, body = parsed(said)
    assert (status, headers["connection"]) == (413, "close")
    assert json.loads(body)["expected"] == "at most 1000 bytes"


@pytest.mark.parametrize("path", ["/length", "/json"])
def test_a_body_that_turns_out_too_long_is_refused(server: Served, path: str) -> None:
    kind = "Content-Type: application/json"
    head = request("POST", path, "Transfer-Encoding: chunked", kind)
    status, _, body = parsed(server.say(head + b"3e9\r\n" + b"1" * 1001 + b"\r\n0\r\n\r\n"))
    assert (status, json.loads(body)["type"]) == (413, "urn:eval752:problem:too-large")


@pytest.mark.parametrize("path", ["/length", "/json"])
def test_a_body_that_stops_coming_is_given_up(server: Served, path: str) -> None:
    kind = "Content-Type: application/json"
    status, _, body = parsed(server.say(request("POST", path, "Content-Length: 9", kind) + b"1"))
    assert (status, json.loads(body)["type"]) == (408, "urn:eval752:problem:too-slow")


FRAMED = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: +5",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding : chunked",
]


@pytest.mark.parametrize("framing", FRAMED)
@pytest.mark.parametrize("arguments", [(), ("without=httptools",)])
def test_nothing_is_taken_for_a_request_behind_a_body_whose_end_is_in_doubt(
    framing: str, arguments: tuple[str, ...]
) -> None:
    with served(*arguments) as server:
        answers = server.say(
            f"POST /length HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n0\r\n\r\n".encode()
            + b"GET /client HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
    status, headers, rest = parsed(answers)
    assert (status in {400, 411}, headers["connection"].lower()) == (True, "close")
    assert b"HTTP/1.1" not in rest.replace(b"a request of HTTP/1.1", b"")


@pytest.mark.parametrize("arguments", [(), ("without=httptools",)])
def test_connections_leave_files_for_others(arguments: tuple[str, ...]) -> None:
    with served("files=300", *arguments) as server:
        with ExitStack() as opened:
            for _ in range(150):
                opened.enter_context(server.connected())
            with server.connected() as late, suppress(ConnectionError):
                late.sendall(request("GET", "/client"))
                assert read_all(late) == b""
            assert len([*Path(f"/proc/{server.process.pid}/fd").iterdir()]) < 200
        assert parsed(server.say(request("GET", "/client")))[0] == 200


def test_nobody_is_believed_who_he_says_he_is_for(server: Served) -> None:
    said = server.say(request("GET", "/client", "X-Forwarded-For: 192.0.2.7"))
    assert parsed(said)[2] == b'"127.0.0.1"'


def test_a_proxy_that_is_named_is_believed() -> None:
    with served("proxies=127.0.0.0/8, ::1") as server:
        said = server.say(request("GET", "/client", "X-Forwarded-For: 192.0.2.7"))
        assert parsed(said)[2] == b'"192.0.2.7"'


def test_it_stops_when_the_requests_are_answered_that_it_has() -> None:
    with served() as server, server.connected() as connection, server.connected() as idle:
        connection.sendall(request("GET", "/until-it-stops"))
        assert server.line() == "waiting"
        code, said, logged = server.stop()
        status, _, body = parsed(read_all(connection))
        assert (status, body) == (200, b'"answered to the end"')
        assert [json.loads(line)["route"] for line in logged.splitlines()] == ["/until-it-stops"]
        assert read_all(idle) == b""
        assert (code, said) == (0, "closed\n")
        with pytest.raises(ConnectionRefusedError):
            server.connected()


def test_what_is_not_answered_in_time_is_told_so() -> None:
    with served("graceful_timeout=0") as server, server.connected() as connection:
        connection.sendall(request("GET", "/for-ever"))
        assert server.line() == "waiting"
        code, _, _ = server.stop()
        status, headers, body = parsed(read_all(connection))
    assert (code, status, headers["retry-after"]) == (0, 503, "5")
    assert json.loads(body)["type"] == "urn:eval752:problem:unavailable"


def test_an_interruption_has_the_exit_code_that_it_has_everywhere() -> None:
    with served() as server:
        code, said, _ = server.stop(signal.SIGINT)
    assert (code, said) == (130, "closed\n")


def test_what_keeps_the_app_from_starting_is_told() -> None:
    with served("fails=1") as server:
        code, _, _ = server.ended()
    assert code == 2
    assert server.address.startswith("the archive: expected nobody else who writes to it")


def refused(**flags: str) -> Refused:
    with pytest.raises(Refused) as caught:
        bound_socket(read_settings(flags))
    return caught.value


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "8.8.8.8"])
def test_without_access_control_nobody_else_is_let_in(host: str) -> None:
    error = refused(host=host, open="yes", port="0")
    assert (error.place, error.found) == ("--open", f"{host}:0")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost"])
def test_without_access_control_this_machine_is(host: str) -> None:
    bound_socket(read_settings({"host": host, "open": "yes", "port": "0"})).close()


def test_an_address_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(port=str(port)).place == f"127.0.0.1:{port}"


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 70, "a b"])
def test_a_host_that_is_none_is_told(host: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bound_socket(read_settings({"host": host}))
    assert (caught.value.place, caught.value.found) == ("--host", host)


def test_an_address_of_version_six_stands_in_brackets() -> None:
    if not socket.has_ipv6:
        pytest.skip("there is no IPv6 here")
    settings = read_settings({"host": "::1", "port": "0"})
    try:
        bound = bound_socket(settings)
    except Refused:
        pytest.skip("there is no IPv6 here")
    with bound:
        assert address_of(bound, settings).startswith("http://[::1]:")


@pytest.mark.parametrize("written", [None, "no certificate"])
def test_a_certificate_that_is_none_is_told(tmp_path: Path, written: str | None) -> None:
    file = tmp_path / "cert.pem"
    if written is not None:
        file.write_text(written)
    settings = read_settings({"tls_cert": str(file), "tls_key": str(file), "port": "0"})
    with pytest.raises(UnreadableFile) as caught:
        run(None, settings, listening=print, stopping=print)  # type: ignore[arg-type]
    assert str(file) in caught.value.place
    assert issubclass(ssl.SSLError, OSError)
