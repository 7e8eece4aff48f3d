"""A service that is hostile, or none: the token stays with its host, and nothing is endless."""
# ruff: noqa: SIM117 - a recording is a block of its own, within that of its client

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from domain.errors import InvalidInput, Refused
from interface.client import BadAnswer, Client, Unavailable
from tests.interface.client.clients import QUICK, client_of
from tests.interface.client.service import TOKEN, Service, problem, running


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_does_not_follow_a_redirect(client: Any, service: Service, status: int) -> None:
    stolen: list[str] = []

    async def steal(request: Request) -> Response:
        stolen.append(request.headers.get("authorization", ""))
        return PlainTextResponse("thanks")

    with running(Starlette(routes=[Route("/{path:path}", steal)])) as elsewhere:
        service.before = lambda _: Response(None, status, {"Location": f"{elsewhere}/v1/archive"})
        with pytest.raises(Refused, match="a redirect to"):
            client.archive()
    assert stolen == []


@pytest.mark.parametrize("cursor", ["http://elsewhere.example/", "//elsewhere.example", "../../x"])
def test_a_cursor_leads_nowhere_else(client: Any, service: Service, cursor: str) -> None:
    answers = [{"items": [], "next": cursor}, {"items": []}]
    service.before = lambda _: _json(answers.pop(0))
    assert [*client.runs()] == []
    assert [path for _, path, _ in service.asked] == ["/v1/runs"] * 2


def test_pages_that_lead_to_themselves_are_refused(client: Any, service: Service) -> None:
    service.before = lambda _: _json({"items": [], "next": "again"})
    with pytest.raises(BadAnswer, match="a cursor that leads on"):
        [*client.runs()]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("call", ["import_bundle", "verify"])
def test_a_bundle_is_waited_for_while_it_is_checked_and_not_sent_again(
    kind: str, call: str, url: str, service: Service, spool: Path
) -> None:
    def slow(_: Request) -> Response:
        time.sleep(1)
        return JSONResponse({"digest": "", "streams": []})

    service.before = slow
    with client_of(kind, url, TOKEN, spool, timeout=0.2) as client:
        getattr(client, call)(b"a bundle")
    assert len(service.asked) == 1


def test_an_answer_without_end_is_refused(
    client: Any, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless() -> Any:
        while True:
            yield bytes(2**16)
            await asyncio.sleep(0)

    monkeypatch.setattr("interface.client.bodies.MOST_OF_AN_ANSWER", 2**20)
    service.before = lambda _: StreamingResponse(endless(), 200, None, "application/json")
    with pytest.raises(BadAnswer, match="at most"):
        client.archive()


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(client: Any, service: Service, body: bytes) -> None:
    service.before = lambda _: Response(body, 200, None, "application/json")
    with pytest.raises(BadAnswer, match="expected JSON"):
        client.archive()


@pytest.mark.parametrize("row", [{}, 1, {"number": "1"}, {"number": True}, {"number": 1}])
def test_a_row_of_another_form_is_refused(client: Any, service: Service, row: Any) -> None:
    service.before = lambda _: _json({"items": [row], "next": None})
    with pytest.raises(BadAnswer):
        [*client.runs()]


def test_a_busy_service_is_asked_again(client: Any, service: Service) -> None:
    answers = [problem(429, "too-many-requests", Retry_After="0"), Response("", 502), None]
    service.before = lambda _: answers.pop(0) or _json({"origin": "archive-1"})
    assert client.archive() == {"origin": "archive-1"}


def test_a_service_that_stays_busy_is_given_up(client: Any, service: Service) -> None:
    service.before = lambda _: problem(503, "unavailable", Retry_After="0")
    with pytest.raises(Unavailable):
        client.archive()
    assert len(service.asked) == 1 + QUICK.count


def test_what_may_not_be_done_twice_is_not_tried_again(client: Any, service: Service) -> None:
    service.before = lambda _: problem(503, "unavailable")
    with pytest.raises(Unavailable):
        client.issue_token("auditor")
    assert len(service.asked) == 1


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_where_nobody_listens_the_address_is_named(kind: str, spool: Path) -> None:
    with (
        client_of(kind, "http://127.0.0.1:9/", TOKEN, spool) as client,
        pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"),
    ):
        client.archive()


@pytest.mark.parametrize(
    "url",
    ["", "archive.example", "ftp://archive.example", "https://", "https://a:b@archive.example",
     "https://archive.example?x=1", "https://archive.example:x"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="server"):
        Client(url)


def test_an_address_may_have_a_path(client: Any, service: Service, url: str, spool: Path) -> None:
    with Client(f"{url}/archives/one/", TOKEN, spool=spool, retries=QUICK) as below:
        with pytest.raises(Refused):
            below.archive()


def test_the_client_loads_no_store_no_service_and_no_command_line() -> None:
    code = "import sys, interface.client; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    unwanted = {"fastapi", "starlette", "sqlite3", "eventsourcing", "typer", "cryptography"}
    assert loaded.isdisjoint(unwanted | {"interface.bootstrap", "interface.cli"})


def _json(value: Any) -> Response:
    from starlette.responses import JSONResponse  # noqa: PLC0415 - only here

    return JSONResponse(value)
