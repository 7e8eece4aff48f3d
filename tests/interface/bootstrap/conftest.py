"""An archive of its own for each test of what opens one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interface.bootstrap.archive import Archive
from tests.archives import open_fixed
from tests.story import record_story


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with a story."""
    with open_fixed(tmp_path / "archive", "archive-a") as archive:
        record_story(archive)
        yield archive
