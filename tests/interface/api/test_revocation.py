"""A token that is revoked counts no more at once: for what it sends, has sent and listens to."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path

import httpx
import pytest

from tests.interface.api.conftest import Served, append, begin_run, lines, new_dataset, ok, served
from tests.interface.api.serving import parsed, read_all


@pytest.fixture
def asks(service: Served) -> httpx.Client:
    return service.as_role("recorder")


def revoke_last(service: Served) -> None:
    token = ok(service.root.get("/v1/tokens"))["items"][-1]["id"]
    assert service.root.delete(f"/v1/tokens/{token}").status_code == 204


def test_what_was_begun_before_is_not_recorded_after(service: Served, asks: httpx.Client) -> None:
    run = begin_run(asks, new_dataset(asks))
    body = lines({"type": "run.annotated", "annotation": "late"})
    host, port = service.url.removeprefix("http://").split(":")
    head = [
        f"POST /v1/runs/{run}/events HTTP/1.1",
        "Host: x",
        f"Authorization: {asks.headers['Authorization']}",
        "Content-Type: application/x-ndjson",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    with closing(socket.create_connection((host, int(port)), timeout=30)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + body[:9])
        revoke_last(service)
        connection.sendall(body[9:])
        status, _, problem = parsed(read_all(connection))
    assert (status, b"revoked" in problem) == (401, True)
    assert "run.annotated" not in service.root.get(f"/v1/runs/{run}/history").text


def test_a_live_stream_ends_with_its_token(tmp_path: Path) -> None:
    with served(tmp_path / "data", heartbeat=0.2) as service:
        asks = service.as_role("recorder")
        run = begin_run(asks, new_dataset(asks))
        with asks.stream("GET", "/v1/events", params={"run": run}) as answer:
            heard = answer.iter_lines()
            assert next(heard) == ": connected"
            revoke_last(service)
            ok(append(service.root, f"runs/{run}", {"type": "run.completed"}))
            told = [line for line in islice(heard, 20) if line]
    assert set(told) <= {": alive"}
    assert len(told) < 5


def test_a_token_is_revoked_by_one_of_many(service: Served, asks: httpx.Client) -> None:
    token = ok(service.root.get("/v1/tokens"))["items"][-1]["id"]
    statuses = sorted(_at_once(service, token))
    assert statuses == [204] + [409] * (len(statuses) - 1)


def _at_once(service: Served, token: str) -> Iterator[int]:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(service.root.delete, f"/v1/tokens/{token}") for _ in range(8)]
        yield from (each.result().status_code for each in asked)
