"""A read model of each kind and a store of each kind, for their suites.

Not here: the store that read models follow, which is in memory (``fakes``).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from application.ports import EventStore
from application.read_model import ReadModel
from infrastructure.event_store.store import open_store
from infrastructure.read_models import open_read_model
from tests.contracts.fakes import MemoryEventStore

BACKENDS: dict[str, Callable[[Path], Any]] = {"sqlite": open_read_model}


@pytest.fixture(params=BACKENDS)
def read_model(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadModel]:
    with BACKENDS[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    opened: EventStore = (
        open_store(tmp_path, writable=True) if request.param == "sqlite" else MemoryEventStore()
    )
    yield opened
    opened.close()
