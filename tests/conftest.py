"""What all tests share: no judging by the clock, and where test data that is not ours lies."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)  # a noisy machine is no bug
settings.load_profile("no deadline")

SHARED = Path(__file__).parents[2] / "shared"


def shared_folder(name: str) -> Path:
    """A folder of test data that is not part of the project; skips where it is not here."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"test data that is not ours is not here: {name}")
    return folder
