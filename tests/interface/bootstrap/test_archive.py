"""The services over an archive that is open: the read models are there, and follow the events."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interface.bootstrap.archive import Archive
from tests.archives import (
    key,
    open_fixed,
)
from tests.story import record_story


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with a story."""
    with open_fixed(tmp_path / "archive", "archive-a") as archive:
        record_story(archive)
        yield archive


def test_read_models_are_rebuilt_from_nothing(archive: Archive) -> None:
    with archive.read_model() as read_model:
        before = read_model.summary(key(archive))
    archive.rebuild()
    with archive.read_model() as read_model:
        assert read_model.summary(key(archive)) == before
