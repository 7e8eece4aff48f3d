import json

import pytest
from fastapi import FastAPI, Request
from structlog.testing import capture_logs

from interface.api.request_facts import request_id
from interface.api.settings import read_settings
from interface.api.surroundings import UPLOADS, surround
from tests.interface.api.asking import ask

APP = FastAPI()
surround(APP, read_settings({"max_body_size": "10", "max_upload_size": "20"}))


@APP.get("/broken")
async def broken(request: Request) -> None:
    raise ZeroDivisionError(request_id(request.scope))


@APP.post("/v1/imports")
@APP.post("/v1/runs")
async def sized(request: Request) -> int:
    return len(await request.body())


@pytest.mark.parametrize("path", ["/broken", "/nowhere"])
def test_an_error_has_its_id_and_its_guards_and_is_counted_like_any_answer(path: str) -> None:
    with capture_logs() as lines:
        answer = ask(APP, "GET", path, headers={"X-Request-Id": "r-7"})
    assert answer.headers["x-request-id"] == answer.json()["instance"] == "r-7"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/problem+json"
    assert lines[-1]["status"] == answer.status_code
    assert f'status="{answer.status_code}"' in APP.state.metrics.page().decode()


def test_files_may_be_longer_than_other_bodies() -> None:
    assert "/v1/imports" in UPLOADS
    assert ask(APP, "POST", "/v1/imports", content=b"x" * 20).json() == 20
    for path, size in (("/v1/imports", 21), ("/v1/runs", 11)):
        answer = ask(APP, "POST", path, content=b"x" * size)
        assert answer.status_code == 413
        assert answer.headers["x-request-id"] == answer.json()["instance"]


def test_the_server_has_not_begun_to_stop() -> None:
    assert not APP.state.stopping.is_set()


def test_its_openapi_document_names_problems_alone() -> None:
    assert "HTTPValidationError" not in json.dumps(APP.openapi())


@pytest.mark.parametrize(("is_open", "status"), [(True, 403), (False, 404)])
def test_where_everybody_may_do_everything_pages_of_others_may_not(
    is_open: bool, status: int
) -> None:
    app = FastAPI()
    surround(app, read_settings({"open": is_open}))
    headers = {"Host": "127.0.0.1:7520", "Origin": "http://evil.example"}
    assert ask(app, "POST", "/v1/runs/1/seal", headers=headers).status_code == status
