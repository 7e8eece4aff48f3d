from typing import Any

from starlette.responses import PlainTextResponse

from interface.api.security_headers import HEADERS, SecurityHeaders
from tests.interface.api.asking import ask


async def app(scope: Any, receive: Any, send: Any) -> None:
    headers = {"Cache-Control": "max-age=9"} if scope["path"] == "/kept" else None
    await PlainTextResponse("", headers=headers)(scope, receive, send)


def test_an_answer_lets_a_browser_run_keep_and_pass_on_nothing() -> None:
    headers = ask(SecurityHeaders(app), "GET", "/").headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"


def test_what_a_route_says_itself_stands() -> None:
    assert ask(SecurityHeaders(app), "GET", "/kept").headers["cache-control"] == "max-age=9"
