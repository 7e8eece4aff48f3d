"""A service with a new archive, and each of the two clients of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interface.client.clients import client_of
from tests.interface.client.service import TOKEN, Service, served


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Service, str]]:
    with served(tmp_path) as (service, url):
        yield service, url


@pytest.fixture
def service(serving: tuple[Service, str]) -> Service:
    return serving[0]


@pytest.fixture
def url(serving: tuple[Service, str]) -> str:
    return serving[1]


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, url: str, spool: Path) -> Iterator[Any]:
    with client_of(request.param, url, TOKEN, spool) as made:
        yield made
