"""Every route has a rule; who may ask for what is the table of docs/api.md, route by route."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from application.access import ALLOWED, Permission, Role
from interface.api.access import Needs
from interface.api.app import ROUTERS, create_app
from interface.api.settings import Settings
from tests.interface.api.conftest import Served, append, new_run, ok, served

PUBLIC = {"/healthz", "/readyz"}
"""Routes that need no token: they tell nothing of what is recorded."""

UUID = "01990000-0000-7000-8000-0000000000bb"


def routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def needs(route: APIRoute) -> list[Permission]:
    return [each.call.permission for each in _all(route.dependant) if isinstance(each.call, Needs)]


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _all(inner)


def test_there_are_no_routes_but_those_that_are_looked_at() -> None:
    described = {
        (path, method.upper()) for path, item in openapi()["paths"].items() for method in item
    }
    assert described == {(route.path_format, each) for route in routes() for each in methods(route)}
    assert len(described) > 25


def methods(route: APIRoute) -> list[str]:
    return sorted(route.methods or ())


def openapi() -> dict[str, Any]:
    return create_app(Settings(data=Path("unused"))).openapi()


def test_every_route_has_one_rule() -> None:
    for route in routes():
        expected = 0 if route.path in PUBLIC else 1
        assert len(needs(route)) == expected, f"{route.methods} {route.path}"


MATRIX = [
    (role, (method, route.path), needs(route)[0])
    for role in Role
    for route in routes()
    if route.path not in PUBLIC
    for method in methods(route)
]


@pytest.fixture(scope="module")
def askers(service: Served) -> dict[Role, httpx.Client]:
    project = {Role.ADMINISTRATOR: None}
    return {role: service.as_role(role.value, project.get(role, "main")) for role in Role}


@pytest.mark.parametrize(("role", "asked", "permission"), MATRIX)
def test_a_role_may_ask_for_what_its_permissions_say(
    askers: dict[Role, httpx.Client],
    service: Served,
    role: Role,
    asked: tuple[str, str],
    permission: Permission,
) -> None:
    method, path = asked
    filled = path.replace("{kind:kind}", "runs").replace("{item:path}", "0")
    filled = filled.replace("{uuid}", UUID).replace("{token}", UUID).replace("{name}", "x")
    if path == "/v1/events":
        filled += f"?run={UUID}"  # one that is not there: the answer ends
    assert service.client(None).request(method, filled).status_code == 401
    refused = askers[role].request(method, filled).status_code == 403
    assert refused == (permission not in ALLOWED[role])


@pytest.fixture(scope="module")
def elsewhere(service: Served) -> dict[str, Any]:
    """A run of another project, with its ids."""
    ok(service.root.post("/v1/projects", json={"project": "elsewhere"}), 201)
    dataset, run = new_run(service.as_role("recorder", "elsewhere"))
    return {"dataset": dataset, "run": run}


PATHS = [
    ("GET", "/v1/datasets/{dataset}"),
    ("GET", "/v1/datasets/{dataset}/items"),
    ("GET", "/v1/datasets/{dataset}/items/q-0"),
    ("GET", "/v1/datasets/{dataset}/bundle"),
    ("GET", "/v1/datasets/{dataset}/history"),
    ("GET", "/datasets/{dataset}/export"),
    ("GET", "/v1/runs/{run}"),
    ("GET", "/v1/runs/{run}/items"),
    ("GET", "/v1/runs/{run}/items/q-0"),
    ("GET", "/v1/runs/{run}/summary"),
    ("GET", "/v1/runs/{run}/history"),
    ("GET", "/v1/runs/{run}/bundle"),
    ("GET", "/v1/events?run={run}"),
    ("GET", "/v1/runs?dataset={dataset}"),
    ("POST", "/v1/runs/{run}/seal"),
    ("POST", "/v1/datasets/{dataset}/seal"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("role", ["recorder", "auditor"])
def test_what_is_in_another_project_is_as_if_it_were_not(
    service: Served, elsewhere: dict[str, str], method: str, path: str, role: str
) -> None:
    asks = service.as_role(role)
    there = asks.request(method, path.format(**elsewhere))
    nowhere = asks.request(method, path.format(dataset=UUID, run=UUID))
    assert there.status_code == nowhere.status_code
    assert there.status_code == (404 if role == "recorder" or method == "GET" else 403)
    same = _without(there, *elsewhere.values())
    assert same == _without(nowhere, UUID)


def _without(answer: httpx.Response, *ids: str) -> Any:
    text = answer.text.replace(answer.json()["instance"], "")
    for each in ids:
        text = text.replace(each, "ID")
    return text


def test_lists_have_what_a_token_may_see_and_nothing_else(
    service: Served, elsewhere: dict[str, str]
) -> None:
    mine, theirs = service.as_role("recorder"), service.as_role("recorder")
    new_run(mine)
    _, run = new_run(theirs)
    seen = [row["key"]["stream"] for row in ok(theirs.get("/v1/runs"))["items"]]
    assert seen == [f"run/{run}"]
    auditor = service.as_role("auditor")
    for path in ("/v1/runs", "/v1/datasets"):
        text = auditor.get(path).text
        assert elsewhere["run"] not in text
        assert elsewhere["dataset"] not in text
    everything = service.root.get("/v1/runs").text
    assert elsewhere["run"] in everything
    assert run in everything


def test_a_run_on_a_dataset_of_another_project_cannot_begin(
    service: Served, elsewhere: dict[str, str]
) -> None:
    document = {"config": {"provider": "p", "model": "m"}}
    asks = service.as_role("recorder")
    for dataset in (elsewhere["dataset"], UUID):
        assert asks.post("/v1/runs", json={**document, "dataset": dataset}).status_code == 404


def test_an_id_that_is_taken_elsewhere_cannot_be_begun(
    service: Served, elsewhere: dict[str, str]
) -> None:
    document = {"config": {"name": "mine"}, "id": elsewhere["dataset"]}
    refused = service.as_role("recorder").post("/v1/datasets", json=document)
    assert refused.status_code == 404


def test_an_event_id_of_another_project_tells_nothing_of_it(
    service: Served, elsewhere: dict[str, str]
) -> None:
    event = service.root.get(f"/v1/runs/{elsewhere['run']}/history").json()["items"][3]["event"]
    asks = service.as_role("recorder")
    _, run = new_run(asks)
    refused = append(asks, f"runs/{run}", {"type": "run.annotated", "annotation": "x"})
    assert ok(refused)
    refused = append(
        asks, f"runs/{run}", {"type": "run.annotated", "annotation": "x", "id": event["id"]}
    )
    assert elsewhere["run"] not in refused.text


def test_a_token_that_is_revoked_or_expired_counts_no_more(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = service.as_role("auditor")
    token = ok(service.root.get("/v1/tokens"))["items"][-1]["id"]
    assert asks.get("/v1/runs").status_code == 200
    assert service.root.delete(f"/v1/tokens/{token}").status_code == 204
    assert asks.get("/v1/runs").status_code == 401
    expires = service.as_role("auditor", expires="2098-01-01T00:00:00.000000Z")
    assert expires.get("/v1/runs").status_code == 200
    monkeypatch.setattr(service.service.archive.clock, "now", lambda: "2099-01-01T00:00:00.000000Z")
    assert expires.get("/v1/runs").status_code == 401


def test_who_fails_too_often_is_told_to_wait(tmp_path: Path) -> None:
    with served(tmp_path / "data", failure_rate="3/minute") as service:
        nobody = service.client("eval752_x")
        assert [nobody.get("/v1/runs").status_code for _ in range(4)] == [401, 401, 401, 429]
        assert service.root.get("/v1/runs").status_code == 200
