import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, StreamingResponse
from structlog.testing import capture_logs

from domain.errors import ArchiveDamaged, Conflict, InvalidInput, NotFound
from interface.api import problems
from interface.api.errors import TooLarge, Unauthenticated, Unavailable
from tests.interface.api.asking import ask


class Wanted(BaseModel):
    name: str
    size: int


APP = FastAPI()
problems.install(APP)
RAISED: dict[str, Exception] = {
    "invalid": InvalidInput("line 2, item", "a text", "7"),
    "missing": NotFound("run/1", "a run", "none"),
    "first": Conflict("run/1", "version 2", "version 3"),
    "token": Unauthenticated("Authorization", "a token", "none"),
    "stopping": Unavailable("the service", "that it is ready", "that it is stopping"),
    "damaged": ArchiveDamaged("/srv/page 3", "abc", "secret words"),
    "bug": ZeroDivisionError("secret words"),
    "away": ClientDisconnect(),
    "teapot": HTTPException(418, "secret words"),
}


@APP.get("/raise/{name}")
async def of_a_name(name: str) -> None:
    raise RAISED[name]


@APP.get("/size")
async def size(
    limit: Annotated[int, Query(ge=1, le=5)], x_key: Annotated[int, Header()] = 1
) -> int:
    return limit + x_key


@APP.post("/wanted")
async def wanted(body: Annotated[Wanted, Body()]) -> str:
    return body.name


@APP.get("/words")
async def words() -> PlainTextResponse:
    return PlainTextResponse("secret words", 416, {"Content-Range": "bytes */5", "ETag": "x"})


@APP.get("/own")
async def own() -> JSONResponse:
    return JSONResponse({"report": 1}, 422, media_type="application/problem+json")


@APP.get("/file")
async def file() -> FileResponse:
    return FileResponse(Path(__file__))


@APP.get("/late")
async def late() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"some"
        raise ZeroDivisionError

    return StreamingResponse(parts())


def problem(method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """The status and the document of an answer that has to be a problem."""
    answer = ask(APP, method, path, **more)
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert "secret" not in answer.text
    return answer.status_code, document


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("invalid", 400, "invalid-input"),
        ("missing", 404, "not-found"),
        ("first", 409, "conflict"),
        ("token", 401, "unauthenticated"),
        ("stopping", 503, "unavailable"),
        ("damaged", 500, "archive-damaged"),
        ("bug", 500, "internal"),
        ("away", 400, "invalid-input"),
        ("teapot", 418, "i-m-a-teapot"),
    ],
)
def test_whatever_a_route_raises_is_a_problem(name: str, status: int, kind: str) -> None:
    found, document = problem("GET", f"/raise/{name}")
    assert (found, document["type"]) == (status, f"urn:eval752:problem:{kind}")


def test_an_error_of_the_tree_is_told_with_its_place_and_line() -> None:
    _, document = problem("GET", "/raise/invalid")
    told = {name: document[name] for name in ("place", "expected", "found", "line")}
    assert told == {"place": "line 2, item", "expected": "a text", "found": "7", "line": 2}


def test_who_has_no_token_is_told_what_kind_of_credentials_there_is() -> None:
    assert ask(APP, "GET", "/raise/token").headers["www-authenticate"] == "Bearer"


def test_an_address_that_no_route_has_is_not_found() -> None:
    assert problem("GET", "/nowhere")[0] == 404


def test_a_method_that_an_address_has_not_is_told_which_it_has() -> None:
    answer = ask(APP, "DELETE", "/size")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json()["type"] == "urn:eval752:problem:method-not-allowed"


@pytest.mark.parametrize(
    ("query", "found"), [("?limit=9", "'9'"), ("?limit=abc", "'abc'"), ("", "none")]
)
def test_a_parameter_out_of_range_is_named(query: str, found: str) -> None:
    status, document = problem("GET", f"/size{query}")
    assert (status, document["place"], document["found"]) == (400, "query parameter limit", found)


def test_what_a_header_holds_is_not_told_again() -> None:
    _, document = problem("GET", "/size?limit=1", headers={"X-Key": "secret"})
    assert (document["place"], document["found"]) == ("header x-key", "another str")


def test_a_member_of_a_body_is_named_and_what_it_holds_is_not() -> None:
    status, document = problem("POST", "/wanted", json={"name": "a", "size": "secret"})
    assert (status, document["place"], document["found"]) == (400, "body size", "another str")
    assert problem("POST", "/wanted", json={"name": "a"})[1]["found"] == "none"


def test_a_body_that_is_no_json_is_invalid() -> None:
    status, document = problem(
        "POST", "/wanted", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (status, document["type"]) == (400, "urn:eval752:problem:invalid-input")


def test_an_error_that_is_worded_otherwise_is_told_as_a_problem() -> None:
    answer = ask(APP, "GET", "/words")
    assert answer.headers["content-range"] == "bytes */5"
    assert "etag" not in answer.headers
    assert problem("GET", "/words")[1]["type"] == "urn:eval752:problem:range-not-satisfiable"


def test_a_range_that_a_file_has_not_is_a_problem() -> None:
    assert problem("GET", "/file", headers={"Range": "bytes=999999-"})[0] == 416
    assert problem("GET", "/file", headers={"Range": "bytes=2-1"})[0] == 400


def test_a_problem_of_a_route_stays_as_it_is() -> None:
    assert ask(APP, "GET", "/own").json() == {"report": 1}


def test_what_fails_while_a_body_is_read_is_told_for_what_it_is() -> None:
    async def receive() -> Any:
        raise TooLarge("the body", "at most 1 bytes", "more")

    async def limited(scope: Any, _receive: Any, send: Any) -> None:
        await APP(scope, receive, send)

    answer = ask(limited, "POST", "/wanted", json={})
    assert (answer.status_code, answer.json()["expected"]) == (413, "at most 1 bytes")


def test_a_bug_is_logged_without_its_words() -> None:
    with capture_logs() as lines:
        ask(APP, "GET", "/raise/bug")
        ask(APP, "GET", "/raise/damaged")
        ask(APP, "GET", "/raise/missing")
        ask(APP, "GET", "/raise/stopping")
    kinds = [type(line["exc_info"]) for line in lines]
    assert kinds == [ZeroDivisionError, ArchiveDamaged]


def test_an_answer_that_had_begun_is_broken_off_and_logged() -> None:
    with capture_logs() as lines:
        answer = ask(APP, "GET", "/late")
    assert answer.content == b"some"
    assert [type(line["exc_info"]) for line in lines] == [ZeroDivisionError]


def test_a_fault_outside_of_all_that_answers_is_a_problem_as_well() -> None:
    app = FastAPI()
    problems.install(app)

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    app.add_middleware(lambda _: broken)
    assert ask(app, "GET", "/").json()["type"] == "urn:eval752:problem:internal"


def test_the_openapi_document_calls_every_error_a_problem() -> None:
    document = ask(APP, "GET", "/openapi.json").json()
    assert "ValidationError" not in json.dumps(document)
    assert document["components"]["schemas"]["Problem"]["title"] == "Problem"
    for path in document["paths"].values():
        for operation in path.values():
            errors = [of for status, of in operation["responses"].items() if status[0] in "45d"]
            assert errors
            assert all([*of["content"]] == ["application/problem+json"] for of in errors)


def test_a_lifespan_passes() -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(problems.ProblemAnswers(inner)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_a_request_without_a_framework_is_answered_all_the_same() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await Request(scope, receive).body()
        raise TooLarge("the body", "less", "more")

    assert ask(problems.ProblemAnswers(inner), "GET", "/").status_code == 413
