"""A store that is to be written, in a new folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.event_store.store import SqliteEventStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteEventStore]:
    opened = open_store(tmp_path, writable=True)
    yield opened
    opened.close()
