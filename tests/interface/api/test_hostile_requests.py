"""Requests that no well-meaning client sends: refused as what they are, and nothing told by it."""

import socket
from contextlib import closing
from typing import Any

import pytest

from tests.interface.api.conftest import Served, new_run
from tests.interface.api.serving import parsed, read_all

DIGITS = "9" * 5000
"""More than Python takes for a number."""


@pytest.fixture(scope="module")
def ids(service: Served) -> dict[str, str]:
    dataset, run = new_run(service.as_role("recorder"))
    return {"dataset": dataset, "run": run}


def say(service: Served, head: str, credentials: str = "") -> tuple[int, dict[str, str], Any]:
    """Send a head, by default with a token that may do everything, and read the answer."""
    host, port = service.url.removeprefix("http://").split(":")
    credentials = credentials or service.root.headers["Authorization"]
    lines = [head, f"Authorization: {credentials}", "Connection: close", "", ""]
    with closing(socket.create_connection((host, int(port)), timeout=30)) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return parsed(read_all(connection))


@pytest.mark.parametrize(
    "path", ["/v1/datasets/{dataset}/items/{digits}", "/v1/runs/{run}/items/{digits}"]
)
def test_an_item_of_any_number_is_looked_for(
    service: Served, ids: dict[str, str], path: str
) -> None:
    assert service.root.get(path.format(**ids, digits=DIGITS)).status_code == 404


PATHS = [
    "//v1/runs",
    "/v1//runs",
    "/v1/runs/",
    "/V1/runs",
    "/v1/Runs",
    "/v1/runs;x",
    "/v1/./runs",
    "/v1/datasets/../runs",
    "/v1/datasets/%2e%2e/runs",
    "/v1/runs/{run}/",
    "/v1/runs/{dataset}",
    "/v1/datasets/{run}",
    "/v1/runs/{run}%00",
    "/v1/runs/{run}/assets/..%2f..%2fidentity",
    "/v1/archive/{run}",
    "/v1/runs/" + "a" * 60_000,
]


@pytest.mark.parametrize("path", PATHS)
def test_another_spelling_of_a_path_is_another_path(
    service: Served, ids: dict[str, str], path: str
) -> None:
    status, headers, _ = say(service, f"GET {path.format(**ids)} HTTP/1.1\r\nHost: x")
    assert (status, headers.get("location")) == (404, None)


@pytest.mark.parametrize(
    "host", ["[", "x/y", "a b", "evil.example/", "\xe9", "x:99999999", "#", ""]
)
def test_nothing_depends_on_the_host_that_was_asked_for(
    service: Served, ids: dict[str, str], host: str
) -> None:
    head = f"POST /v1/runs/{ids['run']}/events HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0"
    told = say(service, f"{head}\r\nContent-Type: application/x-ndjson\r\nIdempotency-Key: k")
    assert told[0] == 200
    status, headers, page = say(service, f"GET /v1/runs?limit=1 HTTP/1.1\r\nHost: {host}")
    assert (status, len(page) > 0, "evil" in str(headers)) == (200, True, False)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH", "PROPFIND"])
def test_a_method_that_is_none_is_told_by_no_token(service: Served, method: str) -> None:
    nobody = service.client(None)
    assert nobody.request(method, "/v1/runs").status_code == 405
    assert nobody.request(method, "/v1/tokens").status_code == 405


CREDENTIALS = [
    "Basic {token}",
    "Bearer\t{token}",
    "Bearer {token},x",
    "Bearer \xe9",
    "Bearer",
    "{token}",
    "Bearer {upper}",
    "Bearer {token}\r\nAuthorization: Bearer {token}",
    "Bearer no\r\nAuthorization: Bearer {token}",
]


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_credentials_are_one_token_in_one_header(service: Served, credentials: str) -> None:
    token = service.root.headers["Authorization"].removeprefix("Bearer ")
    told = credentials.format(token=token, upper=token.upper())
    status, headers, problem = say(service, "GET /v1/runs HTTP/1.1\r\nHost: x", told)
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert token not in problem.decode()
