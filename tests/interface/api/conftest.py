"""A real service on loopback, with an archive of its own, and clients with tokens."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from fastapi import FastAPI

from interface.api.app import create_app
from interface.api.settings import Settings
from tests.archives import CHOICE, Members, added, answered

Ask = Callable[..., httpx.Response]
Pages = Callable[[FastAPI], None] | None


class Served:
    """A service, and those who ask it."""

    def __init__(self, url: str, app: Any) -> None:
        self.url, self.app = url, app
        self._clients: list[httpx.Client] = []
        self.service = app.state.service
        self.root = self.client(self.service.first_token())

    def client(self, token: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.keep(httpx.Client(base_url=self.url, headers=headers, timeout=30))

    def keep(self, client: httpx.Client) -> httpx.Client:
        """A client that is closed with the service."""
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def as_role(self, role: str, project: str | None = "main", **more: Any) -> httpx.Client:
        wanted = {"role": role, **more} | ({"project": project} if project else {})
        issued = self.root.post("/v1/tokens", json=wanted)
        assert issued.status_code == 201, issued.text
        return self.client(issued.json()["token"])


@contextmanager
def served(folder: Path, pages: Pages = None, /, **settings: Any) -> Iterator[Served]:
    asked = Settings(data=folder, **{"failure_rate": "100000/minute", **settings})
    app = create_app(asked, pages)
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with closing(Served(f"http://127.0.0.1:{port}", app)) as found:
            yield found
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for the tests of a file."""
    with served(tmp_path_factory.mktemp("archive") / "data") as service:
        yield service


@pytest.fixture
def recorder(service: Served) -> httpx.Client:
    """Somebody who records in the main project."""
    return service.as_role("recorder")


@pytest.fixture
def auditor(service: Served) -> httpx.Client:
    """Somebody who reads the main project."""
    return service.as_role("auditor")


NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*members: Members) -> bytes:
    return b"".join(orjson.dumps(dict(each)) + b"\n" for each in members)


def append(client: httpx.Client, path: str, *members: Members, **headers: str) -> httpx.Response:
    body = lines(*members)
    return client.post(f"/v1/{path}/events", content=body, headers={**NDJSON, **headers})


def ok(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json() if response.content else None


def new_dataset(client: httpx.Client, items: int = 3, name: str = "capitals") -> str:
    """Record and seal a dataset; its id."""
    uuid: str = ok(client.post("/v1/datasets", json={"config": {"name": name}}), 201)["id"]
    ok(append(client, f"datasets/{uuid}", *(added(number) for number in range(items))))
    ok(client.post(f"/v1/datasets/{uuid}/seal"))
    return uuid


def begin_run(client: httpx.Client, dataset: str, **more: Any) -> str:
    """Begin a run; its id."""
    config: Mapping[str, Any] = {"provider": "p", "model": "m-1", "scorers": [dict(CHOICE)]}
    document = {"dataset": dataset, "config": config, "plan": {}, **more}
    uuid: str = ok(client.post("/v1/runs", json=document), 201)["id"]
    ok(append(client, f"runs/{uuid}", {"type": "run.started"}))
    return uuid


def new_run(client: httpx.Client, items: int = 3) -> tuple[str, str]:
    """Record and seal a dataset and a run over it; their ids."""
    dataset = new_dataset(client, items)
    run = begin_run(client, dataset)
    answers = (answered(number) for number in range(items))
    ok(append(client, f"runs/{run}", *answers, {"type": "run.completed"}))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return dataset, run
