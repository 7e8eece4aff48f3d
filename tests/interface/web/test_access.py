"""Every page has a rule, by the same roles as the API; what is not for somebody is not there."""

from typing import Any

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from application.access import ALLOWED, Permission, Role
from interface.api.access import Needs
from interface.web.access import SeenBy
from interface.web.page_route import PageRoute
from interface.web.pages import ROUTERS
from tests.interface.api.conftest import Served, new_run, ok
from tests.interface.web.visiting import signed_in, visit

VERIFY = {"/verify", "/verify.html", "/verify/verify_page.css", "/verify/verify_page.js"}
PUBLIC = {"/sign-in", "/sign-out", "/static/{mark}/{name}", *VERIFY}
"""Pages for those without a session: nothing of an archive is on them."""

UUID = "01990000-0000-7000-8000-0000000000bb"
OTHER = "01990000-0000-7000-8000-0000000000bc"

A_PART = {"of": "run", "version": "1", "kind": "config"}

ASKED = {
    "/live": f"?run={UUID}",  # one that is not there: the answer ends
    "/compare/flips": f"?run={UUID}&run={OTHER}",
    "/compare/items/{item}": f"?run={UUID}&run={OTHER}",
}
"""What pages are asked that need a question."""

THERE = {"/", "/compare", "/archive", "/archive/checkpoint", "/archive/heads", "/archive/tokens"}
"""Pages that are there whatever there is."""

OF_ALL = {"/archive/actions"}
"""Pages for those who see all projects."""


def routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def needs(dependant: Dependant) -> list[Needs]:
    own = [dependant.call] if isinstance(dependant.call, Needs) else []
    return own + [each for inner in dependant.dependencies for each in needs(inner)]


def test_every_page_has_one_rule_that_asks_for_a_session_and_stays_out_of_the_api() -> None:
    assert len(routes()) > 10
    for route in routes():
        rules = needs(route.dependant)
        assert [type(rule) for rule in rules] == [SeenBy] * (route.path not in PUBLIC), route.path
        assert isinstance(route, PageRoute) or route.path in VERIFY
        assert not route.include_in_schema
        assert not route.path.startswith("/v1")


MATRIX = [
    (role, method, route.path, needs(route.dependant)[0].permission)
    for role in Role
    for route in routes()
    if route.path not in PUBLIC
    for method in sorted(route.methods or ())
]


@pytest.fixture(scope="module")
def visitors(service: Served) -> dict[Role, httpx.Client]:
    ok(service.root.post("/v1/log/checkpoints"))
    return {role: signed_in(service, role.value) for role in Role}


@pytest.mark.parametrize(("role", "method", "path", "permission"), MATRIX)
def test_a_role_may_see_what_its_permissions_say(  # noqa: PLR0917 - fixtures
    visitors: dict[Role, httpx.Client],
    service: Served,
    role: Role,
    method: str,
    path: str,
    permission: Permission,
) -> None:
    filled = path.format(uuid=UUID, item="0", name="x", token=UUID, **A_PART) + ASKED.get(path, "")
    nobody = visit(service).request(method, filled)
    assert nobody.status_code == 303
    assert nobody.headers["location"].startswith("/sign-in?next=")
    is_form = method == "POST"
    answer = visitors[role].request(method, filled, data={"x": "y"} if is_form else None)
    kind = "plain" if path == "/archive/checkpoint" else "html"
    assert answer.headers["content-type"] == f"text/{kind}; charset=utf-8"
    if permission not in ALLOWED[role] or is_form:  # a form has to bring its secret
        assert answer.status_code == 403
    elif path in OF_ALL:
        assert answer.status_code == (200 if role is Role.ADMINISTRATOR else 403)
    else:
        assert answer.status_code == (200 if path in THERE else 404)


@pytest.fixture(scope="module")
def elsewhere(service: Served) -> dict[str, Any]:
    ok(service.root.post("/v1/projects", json={"project": "elsewhere"}), 201)
    _, run = new_run(service.as_role("recorder", "elsewhere"))
    return {"uuid": run}


TWO = f"run={{uuid}}&run={OTHER}"
COMPARED = [
    "/compare?run={uuid}",
    *(f"/compare{path}?{TWO}" for path in ("", "/flips", "/items/0")),
]
PAGES = sorted({path for _, method, path, _ in MATRIX if method == "GET" and "{uuid}" in path})


@pytest.mark.parametrize("path", [*PAGES, *COMPARED])
@pytest.mark.parametrize("role", ["recorder", "auditor"])
def test_what_is_in_another_project_is_as_if_it_were_not(
    service: Served, elsewhere: dict[str, str], role: str, path: str
) -> None:
    client = signed_in(service, role)
    there = client.get(path.format(**elsewhere, item="0", name="scores", **A_PART))
    nowhere = client.get(path.format(uuid=UUID, item="0", name="scores", **A_PART))
    assert there.status_code == nowhere.status_code == 404
    assert _told(there, elsewhere["uuid"]) == _told(nowhere, UUID)


def _told(answer: httpx.Response, uuid: str) -> str:
    return answer.text.replace(answer.headers["x-request-id"], "").replace(uuid, "")


def test_the_table_has_the_runs_that_one_may_see_and_no_others(
    service: Served, elsewhere: dict[str, str]
) -> None:
    mine, theirs = service.as_role("recorder"), service.as_role("recorder")
    _, run = new_run(mine)
    assert f"/runs/{run}" in signed_in(service, "auditor").get("/").text
    assert elsewhere["uuid"] not in signed_in(service, "auditor").get("/").text
    assert elsewhere["uuid"] in signed_in(service, "administrator").get("/").text
    assert run not in signed_in(service, "recorder").get("/").text
    assert theirs.get("/v1/runs").json()["items"] == []
