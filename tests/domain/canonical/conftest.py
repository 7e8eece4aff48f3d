"""Where the shared vectors are, and the two ways of printing that must not differ."""

from pathlib import Path

import pytest

from domain import canonical
from tests.conftest import shared_folder


@pytest.fixture(params=["orjson", "the standard library"])
def printer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test twice: with orjson, and as on a machine that has none."""
    if request.param != "orjson":
        monkeypatch.setattr(canonical, "orjson", None)
    return str(request.param)


@pytest.fixture
def rfc8785_vectors() -> Path:
    return shared_folder("vectors/rfc8785-cyberphone")


@pytest.fixture
def parsing_vectors() -> Path:
    return shared_folder("vectors/json-test-suite")
