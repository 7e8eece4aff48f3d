"""Addresses that no page has, methods that a page has not, and HEAD."""

import httpx
import pytest

from tests.interface.api.conftest import Served
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import visit

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAMS = [{"Accept": "*/*"}, {"Accept": "application/json"}]


@pytest.mark.parametrize("path", ["/runs", "/nosuch", "/runs/x/nosuch", "/v2/runs", "/<b>\u202e"])
def test_a_browser_is_told_on_a_page_that_there_is_none(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path, headers=BROWSER)
    told = text_of(answer, 404)
    assert "There is no page at this address" in told
    assert "Go to the runs" in told
    assert "Sign out" in told
    assert "<b>" not in answer.text
    assert "\u202e" not in answer.text
    assert answer.headers["x-request-id"] in told
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_who_has_no_session_is_told_the_same(service: Served) -> None:
    answer = visit(service).get("/nosuch", headers=BROWSER)
    assert "There is no page at this address" in text_of(answer, 404)
    assert "Sign out" not in answer.text


def test_a_browser_is_told_which_methods_there_are(visitor: httpx.Client) -> None:
    answer = visitor.get("/sign-out", headers=BROWSER)
    assert "/sign-out takes POST, not GET." in text_of(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("headers", [{"Accept": "text/html"}, *PROGRAMS])
@pytest.mark.parametrize("path", ["/sign-in", "/v1/runs", "/v1/tokens"])
def test_an_address_with_several_routes_names_the_methods_of_all(
    visitor: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    answer = visitor.put(path, headers=headers)
    there = "GET, POST" if path.startswith("/v1") else "GET, HEAD, POST"
    assert (answer.status_code, answer.headers["allow"]) == (405, there)
    if answer.headers["content-type"].startswith("text/html"):
        assert f"{path} takes {there}, not PUT." in text_of(answer, 405)


def check_is_problem(answer: httpx.Response) -> None:
    assert answer.status_code in {404, 405}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nosuch/"), ("GET", "/sign-out")])
@pytest.mark.parametrize("headers", PROGRAMS)
def test_a_program_gets_a_problem_document(
    visitor: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    check_is_problem(visitor.request(method, path, headers=headers))


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1"), ("GET", "/v1/nosuch"), ("GET", "/v1/runs/"), ("HEAD", "/v1/runs")],
)
def test_below_v1_it_is_a_problem_document_for_a_browser_too(
    visitor: httpx.Client, method: str, path: str
) -> None:
    check_is_problem(visitor.request(method, path, headers=BROWSER))


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/archive/", "/archive"),
        ("/runs/x/?q=a%20b", "/runs/x?q=a%20b"),
        ("/runs/a%3Fb/", "/runs/a%3Fb"),
        ("//evil.example/", "/evil.example"),
        ("/%2Fevil.example/", "/evil.example"),
        ("/%5Cevil.example/", "/%5Cevil.example"),
        ("/x%0D%0ASet-Cookie:a/", "/x%0D%0ASet-Cookie%3Aa"),
    ],
)
def test_a_slash_at_the_end_is_left_away_and_leads_nowhere_else(
    service: Served, visitor: httpx.Client, path: str, there: str
) -> None:
    answer = visitor.get(service.url + path, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (307, there)


def test_head_answers_as_get_does_and_what_is_shown_is_recorded_for_it(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    for path in ("/", "/verify", "/verify.html", f"/runs/{shown.ordinary}/items", "/archive"):
        got, head = visitor.get(path), visitor.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
    before = len(journal(service))
    for path in (f"/runs/{shown.ordinary}", f"/runs/{shown.ordinary}/items/0"):
        assert visitor.head(path).status_code == 200
    told = [event["type"] for event in journal(service)[before:]]
    assert told == ["archive.disclosed"] * 2


def test_head_of_the_stream_of_events_ends(visitor: httpx.Client) -> None:
    head = visitor.head("/live")
    assert (head.status_code, head.headers["content-type"]) == (
        200,
        "text/event-stream; charset=utf-8",
    )
