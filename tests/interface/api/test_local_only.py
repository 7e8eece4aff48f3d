from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from interface.api.local_only import LocalOnly, is_local
from interface.api.problems import ProblemAnswers
from tests.interface.api.asking import ask

LOCAL = ["127.0.0.1", "127.0.0.1:7520", "127.8.8.8:1", "localhost", "LOCALHOST:7520", "[::1]:7520"]
FOREIGN = ["", "evil.example", "127.0.0.1.evil.example:7520", "localhost.evil.example", "0.0.0.0",
           "192.0.2.1:7520", "[2001:db8::1]:7520", "[", "::1"]  # fmt: skip


async def app(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("well")(scope, receive, send)


def asked(**headers: str) -> Any:
    return ask(ProblemAnswers(LocalOnly(app)), "POST", "/", headers=headers)


@pytest.mark.parametrize("host", LOCAL)
def test_whoever_asks_for_this_machine_is_let_through(host: str) -> None:
    assert is_local(host)
    assert asked(Host=host).text == "well"
    assert asked(Host=host, Origin=f"http://{host}").text == "well"


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_of_somebody_else_that_leads_here_is_not(host: str) -> None:
    assert not is_local(host)
    answer = asked(Host=host)
    assert (answer.status_code, answer.json()["place"]) == (403, "Host")


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:9", "", "é"]
)
def test_a_page_of_somebody_else_is_not(origin: str) -> None:
    answer = ask(
        ProblemAnswers(LocalOnly(app)),
        "POST",
        "/",
        headers={"Host": "127.0.0.1", "Origin": origin.encode("latin-1")},
    )
    assert (answer.status_code, answer.json()["place"]) == (403, "Origin")
