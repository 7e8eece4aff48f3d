"""A read model of each kind, for its suite. Not here: a store, which is in memory (``fakes``)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from application.read_model import ReadModel
from infrastructure.read_models import open_read_model

BACKENDS: dict[str, Callable[[Path], Any]] = {"sqlite": open_read_model}


@pytest.fixture(params=BACKENDS)
def read_model(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadModel]:
    with BACKENDS[request.param](tmp_path) as opened:
        yield opened
