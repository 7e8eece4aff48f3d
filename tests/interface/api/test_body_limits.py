import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from interface.api.body_limits import BodyLimits, Limits
from interface.api.problems import ProblemAnswers
from tests.interface.api.asking import ask

LIMITS = Limits(size=10, timeout=30, by_path={"/uploads": 20})


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """Answers with how many bytes came."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def not_reading(scope: Any, receive: Any, send: Any) -> None:
    """Answers whatever comes."""
    await PlainTextResponse("well")(scope, receive, send)


def limited(app: Any, limits: Limits = LIMITS) -> Any:
    return ProblemAnswers(BodyLimits(app, limits))


async def _pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


@pytest.mark.parametrize(("path", "most"), [("/", 10), ("/uploads", 20), ("/uploads/", 20)])
def test_a_body_may_be_as_long_as_its_path_allows(path: str, most: int) -> None:
    app = limited(reading)
    assert ask(app, "POST", path, content=b"x" * most).text == str(most)
    assert ask(app, "POST", path, content=_pieces(most - 1, 1)).text == str(most)
    for content in (b"x" * (most + 1), _pieces(most, 1), _pieces(most + 1)):
        answer = ask(app, "POST", path, content=content)
        assert answer.status_code == 413
        assert answer.json()["expected"] == f"at most {most} bytes"
        assert answer.headers["connection"] == "close"


def test_what_is_announced_as_too_long_is_not_read() -> None:
    async def unreachable(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    answer = ask(limited(unreachable), "POST", "/", content=b"x" * 11)
    assert (answer.status_code, answer.json()["found"]) == (413, "11 bytes")


@pytest.mark.parametrize(
    ("length", "status"), [("9" * 400, 413), ("-1", 400), ("1.5", 400), ("²", 400), ("", 200)]
)
def test_a_length_that_is_none_is_refused(length: str, status: int) -> None:
    headers = {"Content-Length": length.encode("latin-1")}
    assert ask(limited(not_reading), "POST", "/", headers=headers).status_code == status


def test_a_request_without_a_body_waits_for_none() -> None:
    assert ask(limited(reading), "GET", "/").text == "0"
    assert "connection" not in ask(limited(not_reading), "GET", "/").headers
    assert "connection" not in ask(limited(not_reading), "POST", "/", content=b"").headers


def test_an_answer_before_the_end_of_the_body_does_not_wait_for_it() -> None:
    answer = ask(limited(not_reading), "POST", "/", content=b"x")
    assert answer.headers["connection"] == "close"
    assert "connection" not in ask(limited(reading), "POST", "/", content=b"x").headers


async def ended(app: Any, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What is answered where the server hands these messages on, and nothing after them."""
    coming, sent = [*messages], []

    async def receive() -> Any:
        if coming:
            return coming.pop(0)
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [(b"transfer-encoding", b"chunked")]}
    await app(scope, receive, send)
    return sent


def test_a_body_that_stops_coming_is_given_up() -> None:
    app = limited(reading, LIMITS._replace(timeout=0.01))
    piece = {"type": "http.request", "body": b"x", "more_body": True}
    start, _ = asyncio.run(ended(app, piece))
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]


def test_whoever_waits_for_the_end_of_the_connection_may_wait() -> None:
    seen = []

    async def waiting(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await receive()

    last = {"type": "http.request", "body": b"x", "more_body": False}
    asyncio.run(ended(BodyLimits(waiting, LIMITS._replace(timeout=0.01)), last))
    assert seen == [last]


def test_what_is_no_request_passes() -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(BodyLimits(inner, LIMITS)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
