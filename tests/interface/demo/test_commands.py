"""What the demonstration says to type can be typed, and does what it says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from interface.demo.tampering import ATTACKS
from tests.interface.demo.conftest import Told

ROOT = Path(__file__).parents[3]
SHELL = shutil.which("sh") or ""
pytestmark = pytest.mark.skipif(not SHELL, reason="there is no shell here to type into")


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``eval752`` and ``python3`` that run this checkout on this Python."""
    folder = tmp_path_factory.mktemp("bin")
    for name, arguments in {"eval752": "-m interface.cli.main", "python3": ""}.items():
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        path.chmod(0o755)
    return folder


@contextmanager
def running(command: str, folder: Path, programs: Path) -> Iterator[subprocess.Popen[str]]:
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    with subprocess.Popen(
        [SHELL, "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def typed(command: str, folder: Path, programs: Path) -> tuple[int, str]:
    with running(command, folder, programs) as process:
        said, _ = process.communicate()
        return process.returncode, said


def commands(told: Told) -> list[str]:
    return [line.removeprefix("    $ ") for line in told.lines if line.startswith("    $ ")]


def test_verify_says_what_the_story_says(told: Told, programs: Path) -> None:
    genuine, *forged = (c for c in commands(told) if c.startswith("eval752 verify "))
    assert len(forged) == len(ATTACKS)
    assert typed(genuine, told.folder, programs)[0] == 0
    assert typed(forged[-1], told.folder, programs)[0] == 1


def test_the_archive_can_be_looked_at(told: Told, programs: Path) -> None:
    serve = commands(told)[-4].partition("#")[0]
    with running(f"exec {serve} --port 0", told.folder, programs) as served:
        assert served.stdout
        listening, _, address = served.stdout.readline().strip().rpartition(" ")
        assert listening == "listening on"
        assert 'data-run="' in httpx.get(address).text


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_of_the_other_things_to_try_works(
    told: Told, programs: Path, tmp_path: Path, number: int
) -> None:
    folder = shutil.copytree(told.folder, tmp_path / "demo")  # they leave files of their own there
    command = commands(told)[-4:][number]
    code, said = typed(command, folder, programs)
    assert code == 0, f"{command}: {said}"


def test_the_same_streams_come_out_where_the_commands_record_them(
    told: Told, programs: Path, tmp_path: Path
) -> None:
    shutil.copy(told.folder / "dataset.jsonl", tmp_path)
    (record,) = (c for c in commands(told) if c.startswith("eval752 record "))
    code, said = typed(record, tmp_path, programs)
    assert code == 0, said
    assert "27 events" in " ".join(line for line in told.lines if "dataset/" in line)
    assert "27" in said
