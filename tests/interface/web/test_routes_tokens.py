"""Tokens and projects in the pages: made, shown once, revoked; by administrators alone."""

import re

import httpx
import pytest

from tests.interface.api.conftest import Served, ok
from tests.interface.web.pages_archive import HOSTILE
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import csrf_of, post, sign_in, signed_in, visit

TOKEN = re.compile(r"eval752_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")
HERE = "/archive/tokens"


@pytest.fixture(scope="module")
def administrator(service: Served) -> httpx.Client:
    return signed_in(service, "administrator")


def made(client: httpx.Client, **fields: str) -> str:
    """The text of a new token."""
    answer = post(client, HERE, **{"role": "auditor", "project": "", "label": "", **fields})
    assert answer.status_code == 201, answer.text
    (text,) = TOKEN.findall(answer.text)
    return str(text)


def test_a_token_is_shown_once_and_works_until_it_is_revoked(
    service: Served, administrator: httpx.Client
) -> None:
    text = made(administrator, label="the audit", project="main")
    assert not TOKEN.search(administrator.get(HERE).text)
    somebody = visit(service)
    assert sign_in(somebody, text).status_code == 303
    assert somebody.get("/").status_code == 200
    token = service.service.book.tokens[-1]
    assert (token.label, token.role, token.project) == ("the audit", "auditor", "main")
    answer = post(administrator, f"{HERE}/{token.id}/revoke")
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert somebody.get("/").status_code == 303
    assert "the audit" in text_of(administrator.get(HERE))
    assert [event["type"] for event in journal(service)[-2:]] == ["token.issued", "token.revoked"]
    assert "Error 409" in text_of(post(administrator, f"{HERE}/{token.id}/revoke"), 409)
    assert "Error 404" in text_of(post(administrator, f"{HERE}/none/revoke"), 404)


def test_a_day_is_when_a_token_expires(service: Served, administrator: httpx.Client) -> None:
    made(administrator, expires="2099-01-31")
    assert service.service.book.tokens[-1].expires == "2099-01-31T00:00:00.000000Z"
    assert "2099-01-31 00:00:00 UTC" in text_of(administrator.get(HERE))


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"role": "king"}, "one of recorder, auditor, administrator"),
     ({"role": "recorder"}, "a project for a recorder to record in"),
     ({"role": "administrator", "project": "main"}, "none: an administrator has all"),
     ({"project": "nowhere"}, "one of main"),
     ({"expires": "soon"}, "a UTC time"), ({"expires": "2020-01-31"}, "could never be used"),
     ({"label": "x" * 201}, "at most 200 characters")],
)  # fmt: skip
def test_what_cannot_be_is_told_at_the_form_which_keeps_what_was_written(
    service: Served, administrator: httpx.Client, fields: dict[str, str], told: str
) -> None:
    before = len(service.service.book.tokens)
    sent = {"role": "auditor", "project": "", "label": "kept", "expires": "", **fields}
    answer = post(administrator, HERE, **sent)
    assert told in text_of(answer, 400)
    assert f'value="{sent["label"]}"' in answer.text
    assert len(service.service.book.tokens) == before


def test_a_project_is_made_once(service: Served, administrator: httpx.Client) -> None:
    answer = post(administrator, "/archive/projects", project="red-team")
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert "red-team" in service.service.book.projects
    again = post(administrator, "/archive/projects", project="red-team")
    assert "expected a new one" in text_of(again, 400)
    assert "a letter first" in text_of(
        post(administrator, "/archive/projects", project="Red!"), 400
    )


def test_a_form_without_the_secret_or_from_elsewhere_changes_nothing(
    service: Served, administrator: httpx.Client
) -> None:
    before = len(journal(service))
    secret = {"csrf": csrf_of(administrator), "role": "auditor", "project": "p"}
    for path in (HERE, "/archive/projects", f"{HERE}/x/revoke"):
        assert administrator.post(path, data={"role": "auditor"}).status_code == 403
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        assert administrator.post(path, data=secret, headers=elsewhere).status_code == 403
    assert len(journal(service)) == before


def test_a_hostile_label_is_text(service: Served, administrator: httpx.Client) -> None:
    ok(service.root.post("/v1/tokens", json={"role": "auditor", "label": HOSTILE[:200]}), 201)
    page = administrator.get(HERE).text
    assert "<script>window" not in page
    assert "&lt;script&gt;window.hacked = 1" in page


def test_who_revokes_their_own_token_is_asked_to_sign_in(service: Served) -> None:
    mine = signed_in(service, "administrator")
    own = service.service.book.tokens[-1].id
    assert f'id="token-{own}"' in mine.get(HERE).text
    post(mine, f"{HERE}/{own}/revoke")
    assert mine.get(HERE).headers["location"].startswith("/sign-in")
