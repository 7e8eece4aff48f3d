"""A query parameter that a route does not have is refused, whatever the route is."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from interface.api.app import ROUTERS, create_app
from interface.api.parameters import parameters_of
from interface.api.settings import Settings
from tests.interface.api.conftest import Served, ok

UUID = "01990000-0000-7000-8000-0000000000bb"
PLACES = {"uuid": UUID, "kind": "runs", "item": "0", "name": "n", "token": "t", "key": "k"}
ROUTES = [
    (method, route)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
DOCUMENT = create_app(Settings(data=Path("unused"))).openapi()


PROBES = {"/healthz", "/readyz"}


def address(route: APIRoute) -> str:
    return route.path_format.format_map(Anything(PLACES))


class Anything(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return "0"


@pytest.mark.parametrize(
    ("method", "route"),
    [(method, route) for method, route in ROUTES if route.path not in PROBES],
    ids=lambda each: getattr(each, "path", each),
)
def test_every_route_refuses_what_it_does_not_have(
    service: Served, method: str, route: APIRoute
) -> None:
    answer = service.root.request(method, address(route), params={"limt": "3"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (400, "urn:eval752:problem:invalid-input")
    assert problem["place"] == "query parameter limt"
    assert all(name in problem["expected"] for name in parameters_of(route))


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=lambda each: getattr(each, "path", each))
def test_what_a_route_has_is_what_its_description_names(method: str, route: APIRoute) -> None:
    described: Any = DOCUMENT["paths"][route.path_format][method.lower()]
    told = [each["name"] for each in described.get("parameters", ()) if each["in"] == "query"]
    assert sorted(told) == parameters_of(route)


def test_the_nearest_name_is_proposed_and_nothing_is_listed(service: Served) -> None:
    problem = service.root.get("/v1/runs?status=failed&limt=3").json()
    assert "items" not in problem
    assert problem["remedy"] == "Did you mean limit?"
    assert problem["expected"].startswith("one of cursor, dataset, limit, model, ")
    assert service.root.get("/v1/log?verbose=1").json()["expected"] == "no query parameter"


@pytest.mark.parametrize("path", sorted(PROBES))
def test_a_probe_is_answered_whatever_it_asks(service: Served, path: str) -> None:
    nobody = service.client(None)
    assert ok(nobody.get(path, params={"_": "1764150000", "limit": "x"})) == ok(nobody.get(path))


def test_a_hostile_name_is_told_in_part_and_escaped(service: Served) -> None:
    problem = service.root.get("/v1/runs", params={"\u202e<b>\x00" + "x" * 9000: ""}).json()
    assert problem["place"].startswith("query parameter \\u202e<b>\\x00xxx")
    assert len(problem["place"]) < 120


def test_an_empty_query_and_a_known_name_pass(service: Served, auditor: httpx.Client) -> None:
    assert ok(auditor.get("/v1/runs?"))["items"] == []
    assert ok(auditor.get("/v1/runs?limit=3&text="))["items"] == []
    assert service.client(None).get("/readyz?").status_code == 200


@pytest.mark.parametrize("path", ["/v1/tokens", "/v1/projects", "/v1/keys"])
def test_a_list_that_only_grows_has_pages_too(service: Served, path: str) -> None:
    service.root.post("/v1/projects", json={"project": "second"})
    service.root.post("/v1/keys")
    service.as_role("auditor")
    whole = ok(service.root.get(path))
    assert (len(whole["items"]) > 1, whole["next"]) == (True, None)
    rows, query = list[Any](), {"limit": "1"}
    while True:
        page = ok(service.root.get(path, params=query))
        rows += page["items"]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert rows == whole["items"]
    assert service.root.get(path, params={"cursor": "x"}).status_code == 400
