"""An archive with one run, made once; and the same behind a service."""

import shutil
from collections.abc import Iterator
from logging import CRITICAL
from pathlib import Path

import pytest
import structlog

from tests.interface.api.conftest import served
from tests.interface.cli.running import DATASET, RUN, Remote, eval752, lines


@pytest.fixture(autouse=True)
def _no_policy_of_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("EVAL752_POLICY", raising=False)


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


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """A service into which a run was recorded by command."""
    folder = tmp_path_factory.mktemp("remote")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    with served(folder / "data") as real:
        token_file = folder / "token"
        token_file.touch(0o600)
        token_file.write_text(real.root.headers["authorization"].removeprefix("Bearer ") + "\n")
        remote = Remote(real.url, token_file, real.service)
        said = remote("record", "--seal", "--json", stdin=lines([*DATASET, *RUN]))
        assert said.code == 0, said
        yield remote
    structlog.reset_defaults()
