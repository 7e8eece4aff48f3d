from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import PlainTextResponse
from structlog.testing import capture_logs

from interface.api.metrics import Metrics
from interface.api.request_facts import keep_token_id
from interface.api.watching import Watching
from tests.interface.api.asking import ask

APP = FastAPI()
ROUTES = APIRouter(prefix="/v1")


@ROUTES.get("/runs/{run}")
async def one_run(run: str, request: Request) -> PlainTextResponse:
    keep_token_id(request.scope, "t-1")
    if run == "broken":
        raise ZeroDivisionError
    return PlainTextResponse("four")


@APP.get("/healthz")
async def lives() -> str:
    return "yes"


APP.include_router(ROUTES)


def logged(method: str, path: str, **more: Any) -> tuple[dict[str, Any], str]:
    """The one line of the access log, and the page of the metrics."""
    metrics = Metrics()
    with capture_logs() as lines:
        ask(Watching(APP, metrics), method, path, **more)
    (line,) = lines
    return dict(line), metrics.page().decode()


def test_a_request_is_one_line_and_its_route_stands_for_its_address() -> None:
    line, page = logged("GET", "/v1/runs/secret-name?text=secret")
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/v1/runs/{run}",
        "status": 200,
        "bytes": 4,
        "token": "t-1",
    }
    assert 'route="/v1/runs/{run}",status="200"' in page


@pytest.mark.parametrize(("path", "status"), [("/secret", 404), ("/v1/runs/broken", 500)])
def test_what_fails_is_counted_and_logged_as_well(path: str, status: int) -> None:
    line, page = logged("GET", path)
    assert line["status"] == status
    assert f'status="{status}"' in page
    assert "in_flight 0.0" in page
    assert "secret" not in f"{line}{page}"


def test_an_address_that_no_route_has_is_told_as_such() -> None:
    assert logged("GET", "/secret")[0]["route"] == "unmatched"


def test_what_is_asked_all_the_time_is_logged_for_debugging() -> None:
    assert logged("GET", "/healthz")[0]["log_level"] == "debug"
    assert logged("POST", "/healthz")[0]["log_level"] == "info"
