import json
import sys
from collections.abc import Generator
from typing import Any

import pytest

from interface.api.protocols import H11Problems, problem_protocol
from interface.api.refusals import LARGEST_HEAD
from interface.api.security_headers import HEADERS
from tests.interface.api.serving import Served, parsed, served


@pytest.fixture(scope="module", params=["", "without=httptools"])
def server(request: pytest.FixtureRequest) -> Generator[Served]:
    with served(*filter(None, [request.param])) as running:
        yield running


BEGUN = b"GET / HTTP/1.1\r\nHost: a\r\n"
GARBAGE = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a blank before the colon": b"GET / HTTP/1.1\r\nHost : here\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "a header that is too long": (BEGUN + b"X: " + b"x" * LARGEST_HEAD)[: LARGEST_HEAD + 1],
    "too many headers": (BEGUN + b"X: x\r\n" * LARGEST_HEAD)[: LARGEST_HEAD + 1],
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_request_is_refused_with_a_problem(server: Served, data: bytes) -> None:
    status, headers, body = parsed(server.say(data))
    problem = json.loads(body)
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert problem["type"] == "urn:eval752:problem:invalid-input"
    assert headers["x-request-id"] == problem["instance"]
    assert headers["connection"] == "close"
    assert {name.lower() for name in HEADERS} <= set(headers)
    assert int(headers["content-length"]) == len(body)


def test_a_body_that_is_cut_up_wrongly_is_refused(server: Served) -> None:
    head = b"POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, _, body = parsed(server.say(head + b"zz\r\n"))
    assert (status, json.loads(body)["status"]) == (400, 400)


def test_an_upgrade_that_nobody_offers_is_a_request_like_any_other(server: Served) -> None:
    upgrade = b"Connection: upgrade, close\r\nUpgrade: websocket\r\n"
    said = server.say(b"GET /client HTTP/1.1\r\nHost: a\r\n" + upgrade + b"\r\n")
    assert parsed(said)[0] == 200


def test_without_httptools_there_is_h11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "interface.api.httptools_protocol", None)
    found: Any = problem_protocol()
    assert found is H11Problems
