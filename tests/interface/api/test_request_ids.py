from typing import Any

import pytest
import structlog
from starlette.responses import PlainTextResponse
from structlog.testing import capture_logs

from interface.api.request_facts import request_id
from interface.api.request_ids import RequestIds
from tests.interface.api.asking import ask


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the request's id."""
    structlog.get_logger().info("here", **structlog.contextvars.get_contextvars())
    await PlainTextResponse(request_id(scope))(scope, receive, send)


@pytest.mark.parametrize("own", ["a", "A-1_b.c", "x" * 64])
def test_a_sensible_id_of_the_caller_is_kept(own: str) -> None:
    answer = ask(RequestIds(app), "GET", "/", headers={"X-Request-Id": own})
    assert answer.headers["x-request-id"] == answer.text == own


@pytest.mark.parametrize("own", ["", " ", "x" * 65, "a b", "a\tb", "<script>", "a,b", "é"])
def test_any_other_is_replaced_by_a_new_one(own: str) -> None:
    headers = {"X-Request-Id": own.encode("latin-1")}
    found = {ask(RequestIds(app), "GET", "/", headers=headers).text for _ in range(2)}
    assert len(found) == 2
    assert all(len(new) == 32 for new in found)
    assert own not in found


def test_log_lines_of_a_request_have_its_id_and_later_ones_have_not() -> None:
    with capture_logs() as lines:
        ask(RequestIds(app), "GET", "/", headers={"X-Request-Id": "r-1"})
    assert lines[0]["request_id"] == "r-1"
    assert structlog.contextvars.get_contextvars() == {}


def test_an_answer_has_no_second_id_of_its_route() -> None:
    async def own(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("", headers={"X-Request-Id": "mine"})(scope, receive, send)

    answer = ask(RequestIds(own), "GET", "/", headers={"X-Request-Id": "theirs"})
    assert answer.headers.get_list("x-request-id") == ["theirs"]
