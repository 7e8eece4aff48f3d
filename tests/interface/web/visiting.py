"""A browser without a screen: cookies, forms and the headers that a browser sends by itself.

Not here: scripts and looks, which take a real one (``browser``).
"""

import re
from typing import Any

import httpx

from tests.interface.api.conftest import Served

CSRF = re.compile(r'name="csrf" value="([A-Za-z0-9_-]{43})"')


def visit(service: Served) -> httpx.Client:
    """A browser that nobody has signed in with."""
    headers = {"Origin": service.url}
    return service.keep(httpx.Client(base_url=service.url, timeout=30, headers=headers))


def token_of(client: httpx.Client) -> str:
    """The token of a client of the API."""
    return str(client.headers["authorization"]).removeprefix("Bearer ")


def sign_in(client: httpx.Client, token: str, **more: Any) -> httpx.Response:
    """Send the form."""
    return client.post("/sign-in", data={"token": token}, **more)


def signed_in(service: Served, role: str, project: str | None = "main") -> httpx.Client:
    """A browser with a session of a new token."""
    client = visit(service)
    as_role = service.as_role(role, None if role == "administrator" else project)
    answer = sign_in(client, token_of(as_role))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return client


def csrf_of(client: httpx.Client) -> str:
    """What the session's forms carry."""
    found = CSRF.search(client.get("/").text)
    assert found
    return found[1]


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form of the session."""
    return client.post(path, data={"csrf": csrf_of(client), **fields})
