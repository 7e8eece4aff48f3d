"""Who may come in, and that nobody else makes their browser do anything."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response

from interface.api.app import create_app
from interface.api.settings import Settings
from interface.web.access import give_cookie
from interface.web.pages import add_pages
from tests.interface.api.asking import ask
from tests.interface.api.conftest import Served, ok, served
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import csrf_of, post, sign_in, signed_in, token_of, visit


def test_a_token_opens_a_session_whose_cookie_no_script_and_no_other_site_gets(
    service: Served,
) -> None:
    client = visit(service)
    asked = client.get("/runs/x/items?q=1")
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/sign-in?next=%2Fruns%2Fx%2Fitems%3Fq%3D1",
    )
    answer = sign_in(client, token_of(service.as_role("auditor")))
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("eval752=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert client.get("/").status_code == 200


def test_over_tls_the_cookie_is_bound_to_the_host_and_to_tls() -> None:
    scope = {"type": "http", "scheme": "https", "headers": [(b"host", b"h")], "path": "/"}
    told = Response()
    give_cookie(Request(scope), told, "secret")
    cookie = told.headers["set-cookie"]
    assert cookie.startswith("__Host-eval752=secret; HttpOnly;")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_after_signing_in_one_is_where_one_wanted_to_be(service: Served) -> None:
    client = visit(service)
    token = token_of(service.as_role("auditor"))
    answer = client.post("/sign-in", data={"token": f" {token}\n", "next": "/runs/x?q=a%20b"})
    assert answer.headers["location"] == "/runs/x?q=a%20b"
    again = client.get("/sign-in", params={"next": "/runs/y"})
    assert again.headers["location"] == "/runs/y"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/\r\nSet-Cookie:a"],
)
def test_signing_in_leads_nowhere_else(service: Served, wanted: str) -> None:
    client = visit(service)
    assert client.get("/sign-in", params={"next": wanted}).status_code == 400
    token = token_of(service.as_role("auditor"))
    answer = client.post("/sign-in", data={"token": token, "next": wanted})
    assert (answer.status_code, answer.headers.get("location")) == (400, None)


def test_a_form_that_is_sent_when_the_session_is_over_is_not_done_and_leads_back_to_its_page(
    service: Served, shown: Shown
) -> None:
    client = signed_in(service, "administrator")
    page = f"/runs/{shown.ordinary}/items?q=score:0"
    csrf, before = csrf_of(client), len(journal(service))
    service.app.state.sessions.end(client.cookies["eval752"])  # as by time, or a restart
    answer = client.post(
        "/archive/projects",
        data={"csrf": csrf, "project": "late"},
        headers={"Referer": service.url + page},
    )
    asked = {"next": page, "undone": "true"}
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?{urlencode(asked)}")
    told = client.get(answer.headers["location"])
    assert "what you sent was not done" in text_of(told)
    assert f'name="next" value="{page}"' in told.text
    assert len(journal(service)) == before
    assert "late" not in service.service.book.projects


@pytest.mark.parametrize("referer", ["https://evil.example/x", "", "http://[", "/runs"])
def test_a_form_of_no_page_of_ours_leads_to_the_first_one(service: Served, referer: str) -> None:
    answer = visit(service).post("/archive/projects", headers={"Referer": referer})
    assert answer.headers["location"] == "/sign-in?next=%2F&undone=true"


def test_that_a_session_is_over_is_told(service: Served) -> None:
    client = signed_in(service, "auditor")
    service.app.state.sessions.end(client.cookies["eval752"])
    assert "Your session is over." in text_of(client.get("/sign-in"))
    assert "Your session is over." not in text_of(visit(service).get("/sign-in"))


LED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-User": "?1"}
RUN = f"/runs/{'0' * 8}-0000-7000-8000-{'0' * 12}"


@pytest.mark.parametrize(
    ("wanted", "headers", "goes", "offers"),
    [
        ("/", LED, True, True),
        (f"{RUN}/items/7?epoch=2", LED, True, True),
        (f"{RUN}/history?to=6", LED, True, True),
        (RUN, {**LED, "Sec-Fetch-User": ""}, False, True),
        (RUN, {**LED, "Sec-Fetch-Site": "same-origin"}, False, False),
        (RUN, {"Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1"}, False, False),
        (RUN, {}, False, True),
        (f"{RUN}/bundle", LED, False, True),
        (f"{RUN}/%62undle", LED, False, True),
        (f"{RUN}/report/", LED, False, True),
        (f"{RUN}/items/7/proof", LED, False, True),
        ("/compare?run=x&run=y", LED, False, True),
        ("/?run=x&run=y", LED, True, True),
        ("/?run=x&run=y&compare=true", LED, False, True),
        ("/?run=x&run=y&c%6Fmpare=1", LED, False, True),
        ("/?compare#", LED, False, True),
        (f"/sign-in?next={RUN}/bundle", LED, False, True),
    ],
)
def test_who_comes_from_another_site_goes_on_by_a_step_of_ours_but_is_taken_nowhere(
    service: Served, wanted: str, headers: dict[str, str], goes: bool, offers: bool
) -> None:
    client = visit(service)
    told = client.get("/sign-in", params={"next": wanted}, headers=headers).text
    step = re.search(r'<a href="(/sign-in\?next=[^"]*again=true)">Go on', told)
    assert (('http-equiv="refresh"' in told), bool(step)) == (goes, offers)
    if step:  # nobody is signed in: it ends with the form, and nothing goes on by itself
        again = client.get(unescape(step[1]), headers=headers).text
        assert "again=true" not in again
        assert 'name="token"' in again


def test_a_token_that_does_not_count_is_told_beside_the_field(service: Served) -> None:
    answer = sign_in(visit(service), "eval752_x<script>")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert 'aria-invalid="true"' in answer.text
    assert "<script>" not in answer.text


def test_failures_are_counted_as_those_of_the_api_are(tmp_path: Path) -> None:
    with served(tmp_path / "data", add_pages, failure_rate="2/minute") as service:
        client = visit(service)
        assert [sign_in(client, "x").status_code for _ in range(3)] == [401, 401, 429]
        assert sign_in(client, token_of(service.root)).status_code == 303


def test_a_session_ends_with_its_token(service: Served) -> None:
    as_role = service.as_role("auditor")
    client = visit(service)
    sign_in(client, token_of(as_role))
    assert client.get("/").status_code == 200
    token = ok(service.root.get("/v1/tokens"))["items"][-1]["id"]
    service.root.delete(f"/v1/tokens/{token}")
    assert client.get("/").status_code == 303


def test_who_signs_out_has_no_session_any_more(service: Served) -> None:
    client = signed_in(service, "auditor")
    kept = dict(client.cookies)
    answer = post(client, "/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert dict(client.cookies) == {}
    old = visit(service)
    old.cookies.update(kept)
    assert old.get("/").status_code == 303


def test_signing_in_again_ends_the_session_before(service: Served) -> None:
    client = signed_in(service, "auditor")
    before = dict(client.cookies)
    sign_in(client, token_of(service.as_role("recorder")))
    assert dict(client.cookies) != before
    old = visit(service)
    old.cookies.update(before)
    assert old.get("/").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_does_nothing(service: Served, headers: dict[str, str]) -> None:
    client = signed_in(service, "auditor")
    data = {"csrf": csrf_of(client)}
    assert client.post("/sign-out", data=data, headers=headers).status_code == 403
    token = token_of(service.as_role("auditor"))
    refused = client.post("/sign-in", data={"token": token}, headers=headers)
    assert (refused.status_code, refused.headers.get("set-cookie")) == (403, None)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("csrf", ["", "x" * 43, "é"])
def test_a_form_without_the_secret_of_the_session_does_nothing(service: Served, csrf: str) -> None:
    client = signed_in(service, "auditor")
    assert client.post("/sign-out", data={"csrf": csrf}).status_code == 403
    assert client.get("/").status_code == 200


def test_the_secret_of_another_session_is_none(service: Served) -> None:
    mine, theirs = signed_in(service, "auditor"), signed_in(service, "auditor")
    assert mine.post("/sign-out", data={"csrf": csrf_of(theirs)}).status_code == 403


def test_a_form_that_is_none_or_too_long_is_told_on_a_page(service: Served) -> None:
    client = visit(service)
    asked = client.post("/sign-in", json={"token": "x"})
    assert (asked.status_code, asked.headers["content-type"]) == (415, "text/html; charset=utf-8")
    assert client.post("/sign-in", data={"token": "x" * 70_000}).status_code == 413


def test_a_cookie_opens_no_route_of_the_api_and_a_token_in_a_header_no_page(
    service: Served,
) -> None:
    client = signed_in(service, "administrator")
    assert client.get("/v1/runs").status_code == 401
    assert service.root.get("/").status_code == 303


def test_where_there_is_no_access_control_nobody_signs_in(tmp_path: Path) -> None:
    with served(tmp_path / "data", add_pages, open=True) as service:
        client = visit(service)
        page = client.get("/")
        assert page.status_code == 200
        assert "No access control" in page.text
        assert "Sign out" not in page.text
        assert client.get("/sign-in").headers["location"] == "/"


def test_without_pages_there_are_none(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    assert ask(app, "GET", "/sign-in").status_code == 404
