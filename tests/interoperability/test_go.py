"""Go's own client of transparency logs verifies our checkpoint, tiles and proofs, where Go is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from application.ports import StreamKey
from tests.logged import OTHER, Logged

CLIENT = Path(__file__).with_name("log_client.go")
GOPATH = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev is."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("there is no Go with golang.org/x/mod here")
    folder = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    subprocess.run(
        [go, "build", "-o", folder / "client", CLIENT], check=True, env={**os.environ, **settings}
    )
    return folder / "client"


@pytest.mark.parametrize("more", [1, 200, 70_000])
def test_gos_client_takes_our_log(client: Path, tmp_path: Path, more: int) -> None:
    logged = Logged(tmp_path)
    logged.append(300)
    log = logged.log()
    (tmp_path / "older").write_bytes(log.checkpoint().note)
    logged.append(more, OTHER)
    log.checkpoint()
    (tmp_path / "proof").write_bytes(log.proof(StreamKey("archive-a", OTHER), more))
    (tmp_path / "line").write_bytes(logged.lines[-1])
    files = [tmp_path / name for name in ("older", "proof", "line")]
    done = subprocess.run(
        [client, tmp_path / "log", logged.key.encode(), *files],
        capture_output=True,
        text=True,
        check=False,
    )
    size = 300 + more
    assert done.stdout == f"{size} extends 300, and has record {size - 1}\n", done.stdout
    (tmp_path / "line").write_bytes(logged.lines[-2])
    again = subprocess.run([client, tmp_path / "log", logged.key.encode(), *files], check=False)
    assert again.returncode == 1
