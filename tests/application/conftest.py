"""Archives that are open as long as a test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from interface.bootstrap.archive import Archive
from tests.archives import open_fixed
from tests.story import record_story

Archives = Callable[[str], Archive]


@pytest.fixture
def archives(tmp_path: Path) -> Iterator[Archives]:
    """Makes archives by name, each in a folder of that name."""
    with ExitStack() as opened:
        yield lambda name: opened.enter_context(open_fixed(tmp_path / name, name))


@pytest.fixture
def archive(archives: Archives) -> Archive:
    """The archive that most tests need."""
    return archives("archive-a")


@pytest.fixture
def theirs(archives: Archives) -> Archive:
    """Another archive, with a story."""
    archive = archives("archive-b")
    record_story(archive)
    return archive
