"""What is built from a checkout: the names that a wheel puts on a machine, and the licence with it.

Not here: an installation of it. Building takes no network, as hatchling is in the lock.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"domain", "application", "infrastructure", "interface"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an sdist and a wheel; return the folder that holds the two."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel"]
    subprocess.run([*command, "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> dict[str, bytes]:
    """Return the members of the wheel."""
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_brings_the_four_rooms_and_no_other_name(wheel: dict[str, bytes]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == ROOMS
    assert len(tops) == len(ROOMS) + 1


def test_the_wheel_brings_every_module_of_the_checkout(wheel: dict[str, bytes]) -> None:
    modules = {
        str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*.py")
    }
    assert modules <= set(wheel)


def test_the_wheel_brings_all_that_the_pages_are_made_of(wheel: dict[str, bytes]) -> None:
    room = ROOT / "interface" / "web"
    files = [path for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {path.suffix for path in files} >= {".html", ".css", ".mjs", ".svg"}
    for path in files:
        assert wheel[str(path.relative_to(ROOT))] == path.read_bytes()


def test_the_wheel_brings_the_licence_as_it_stands_here(wheel: dict[str, bytes]) -> None:
    (name,) = (name for name in wheel if name.endswith(".dist-info/licenses/LICENSE"))
    assert wheel[name] == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_brings_the_command_eval752_and_the_hook_for_inspect(
    wheel: dict[str, bytes],
) -> None:
    (name,) = (name for name in wheel if name.endswith(".dist-info/entry_points.txt"))
    assert wheel[name].decode().split() == [
        "[console_scripts]",
        "eval752",
        "=",
        "interface.cli.main:main",
        "[inspect_ai]",
        "eval752",
        "=",
        "interface.inspect_hook.hook",
    ]


def test_the_sdist_brings_the_licence_and_what_it_takes_to_run_the_checks(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "requirements.lock", "run"} <= names
