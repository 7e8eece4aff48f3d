"""Tokens, projects and health over HTTP."""

from typing import Any

import httpx
import pytest

from application.log_keeping import LogKeeper
from domain.errors import LogDiverged
from tests.interface.api.conftest import Served, ok


def test_a_token_is_shown_once(service: Served) -> None:
    wanted = {"role": "auditor", "label": "the audit", "expires": "2099-01-01T00:00:00.000000Z"}
    issued = service.root.post("/v1/tokens", json=wanted)
    token = ok(issued, 201)
    assert issued.headers["location"] == f"/v1/tokens/{token['id']}"
    assert token["token"].startswith("eval752_")
    (listed,) = (
        each for each in ok(service.root.get("/v1/tokens"))["items"] if each["id"] == token["id"]
    )
    assert listed == {name: value for name, value in token.items() if name != "token"}
    assert token["token"].split("_", 2)[2] not in service.root.get("/v1/tokens").text


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ({}, "role"),
        ({"role": "king"}, "role"),
        ({"role": ["auditor"]}, "role"),
        ({"role": "recorder"}, "project"),
        ({"role": "recorder", "project": "nowhere"}, "project"),
        ({"role": "administrator", "project": "main"}, "project"),
        ({"role": "auditor", "expires": "soon"}, "expires"),
        ({"role": "auditor", "expires": "2020-01-01T00:00:00.000000Z"}, "expires"),
        ({"role": "auditor", "label": 7}, "label"),
        ({"role": "auditor", "colour": "red"}, "body"),
        ([], "body"),
    ],
)
def test_a_token_that_would_mean_nothing_is_refused(
    service: Served, wanted: Any, place: str
) -> None:
    refused = service.root.post("/v1/tokens", json=wanted)
    assert (refused.status_code, place in refused.json()["place"]) == (400, True)


def test_revoking_is_of_a_token_that_is_in_use(service: Served) -> None:
    token = ok(service.root.post("/v1/tokens", json={"role": "auditor"}), 201)["id"]
    assert service.root.delete(f"/v1/tokens/{token}").status_code == 204
    assert service.root.delete(f"/v1/tokens/{token}").status_code == 409
    assert service.root.delete("/v1/tokens/another").status_code == 404


def test_projects_are_words(service: Served) -> None:
    ok(service.root.post("/v1/projects", json={"project": "red-team"}), 201)
    assert {"project": "red-team"} in ok(service.root.get("/v1/projects"))["items"]
    for project, status in (("red-team", 409), ("Red Team", 400), ("", 400), (7, 400)):
        assert service.root.post("/v1/projects", json={"project": project}).status_code == status


def test_health_needs_no_token_and_tells_nothing(service: Served) -> None:
    nobody = service.client(None)
    assert ok(nobody.get("/healthz")) == {"status": "alive"}
    assert ok(nobody.get("/readyz")) == {"status": "ready"}


def test_a_service_that_can_sign_no_more_is_ready_and_says_so(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = LogDiverged("log of x", "the 7 events whose head was signed", "6")
    unsettable = property(lambda _: fault, lambda _, __: None)  # by the thread, meanwhile
    monkeypatch.setattr(LogKeeper, "fault", unsettable, raising=False)
    told = ok(service.client(None).get("/readyz"))
    assert told == {"status": "ready", "degraded": {"signing": "LogDiverged"}}


def test_metrics_name_routes_and_no_ids(service: Served, auditor: httpx.Client) -> None:
    auditor.get("/v1/runs/01990000-0000-7000-8000-0000000000bb")
    page = service.root.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    assert 'route="/v1/{kind}/{uuid}"' in page.text
    assert "eval752_store_position" in page.text
    assert "01990000" not in page.text


def test_there_is_one_first_token(service: Served) -> None:
    assert service.service.first_token() is None
