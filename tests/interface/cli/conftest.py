"""An archive with one run, made once."""

import shutil
from pathlib import Path

import pytest

from tests.interface.cli.running import DATASET, RUN, eval752, lines


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of one sealed run, and its bundle; to be read only."""
    folder = tmp_path_factory.mktemp("made")
    said = eval752("record", "--seal", "--data", folder / "archive", stdin=lines([*DATASET, *RUN]))
    assert said.code == 0, said
    target = folder / "run.eval752.zip"
    said = eval752("export", "capitals", "-o", target, "--data", folder / "archive")
    assert said.code == 0, said
    return folder


@pytest.fixture(scope="session")
def bundle(made: Path) -> Path:
    return made / "run.eval752.zip"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of the archive, to be changed."""
    return Path(shutil.copytree(made / "archive", tmp_path / "archive"))
