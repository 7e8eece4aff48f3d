"""One demonstration for all tests of it."""

from pathlib import Path
from typing import NamedTuple

import pytest

from interface.demo import story


class Told(NamedTuple):
    """What a demonstration said and left."""

    folder: Path
    lines: list[str]
    code: int


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("demo") / "eval752-demo"
    lines: list[str] = []
    code = story.run(folder, lines.append)
    return Told(folder, lines, code)
