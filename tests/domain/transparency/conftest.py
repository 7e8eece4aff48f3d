"""Where the shared vectors are."""

from pathlib import Path

import pytest

from tests.conftest import shared_folder


@pytest.fixture
def merkle_vectors() -> Path:
    return shared_folder("vectors/rfc6962-merkle")


@pytest.fixture
def notes() -> Path:
    return shared_folder("vectors/tlog-real-world")
