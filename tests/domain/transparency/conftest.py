"""Where the shared vectors are."""

from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[4] / "shared" / "vectors"


@pytest.fixture
def merkle_vectors() -> Path:
    return _folder("rfc6962-merkle")


@pytest.fixture
def notes() -> Path:
    return _folder("tlog-real-world")


def _folder(name: str) -> Path:
    if not (VECTORS / name).is_dir():
        pytest.skip(f"shared test vectors are not here: {VECTORS / name}")
    return VECTORS / name
