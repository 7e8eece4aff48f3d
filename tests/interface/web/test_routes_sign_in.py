"""Who may come in, and that nobody else makes their browser do anything."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from interface.api.app import create_app
from interface.api.settings import Settings
from interface.web.access import give_cookie
from interface.web.pages import add_pages
from tests.interface.api.asking import ask
from tests.interface.api.conftest import Served, ok, served
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
