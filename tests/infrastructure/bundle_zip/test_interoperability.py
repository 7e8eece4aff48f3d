import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from infrastructure.bundle_zip import BundleWriter, Method

MEMBERS = {
    "README.txt": b"To whom it may concern.\n",
    "events.jsonl": b'{"type":"run.started"}\n' * 1000,
    "assets/" + "5e" * 32 + ".bin": bytes(range(256)) * 5000,
    "sections/0.jsonl": b"",
    "proof/keys": b"none\n",
}
BOTH = pytest.mark.parametrize("method", list(Method))


@pytest.fixture
def bundle(tmp_path: Path, method: Method) -> Path:
    with BundleWriter(tmp_path / "new.zip", method) as writer:
        for name, content in MEMBERS.items():
            writer.copy(name, [content])
    return tmp_path / "new.zip"


@BOTH
def test_python_reads_it(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS


@BOTH
def test_unzip_reads_it(bundle: Path, tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("unzip is not installed")
    subprocess.run([unzip, "-tqq", bundle], check=True)
    subprocess.run([unzip, "-qq", bundle, "-d", tmp_path / "unzipped"], check=True)
    assert {name: (tmp_path / "unzipped" / name).read_bytes() for name in MEMBERS} == MEMBERS
