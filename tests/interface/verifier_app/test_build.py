"""What is in the standalone verifier: all that it imports, no more, and the same each time."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from domain.errors import Refused
from interface import verifier_app
from interface.verifier_app import archive, build, sources
from tests.interface.verifier_app.conftest import BARE, ask

ROOMS = ("domain", "application", "infrastructure", "interface")
LIST_MODULES = """
import runpy, sys
sys.argv = [sys.argv[1], "--json", *sys.argv[2:]]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(*(getattr(m, "__file__", "") for m in sys.modules.values()), sep="\\n", file=sys.stderr)
"""


def test_the_names_are_exactly_those_of_the_modules_it_comes_to_import(
    verifier: Path, demo: Path
) -> None:
    files = sorted(demo.glob("*.zip"))
    said = ask([*BARE, "-c", LIST_MODULES, verifier, *files])
    inside = f"{verifier}{os.sep}"
    imported = {
        Path(line.removeprefix(inside)).as_posix()
        for line in said.err.splitlines()
        if line.startswith(inside)
    }
    with zipfile.ZipFile(verifier) as packed:
        assert set(packed.namelist()) == imported | {"__main__.py"}


def test_it_holds_nothing_of_the_application() -> None:
    assert {name.split("/")[0] for name in sources()} == {
        "__main__.py", "domain", "infrastructure", "interface"
    }  # fmt: skip


def test_what_is_installed_beside_us_stays_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("domain/a.py", "domain/b.py", "orjson.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "main.py").write_text("import orjson, json\nfrom domain import a")
    monkeypatch.setattr(verifier_app, "_ROOT", tmp_path)
    monkeypatch.setattr(verifier_app, "_MAIN", tmp_path / "main.py")
    assert sources().keys() == {"__main__.py", "domain/a.py"}


def test_two_builds_are_the_same_bytes(verifier: Path) -> None:
    assert archive() == verifier.read_bytes()


def test_names_are_sorted_and_times_fixed(verifier: Path) -> None:
    with zipfile.ZipFile(verifier) as packed:
        entries = packed.infolist()
    assert [entry.filename for entry in entries] == sorted(sources())
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
def test_it_can_be_run_by_its_name(verifier: Path) -> None:
    assert os.access(verifier, os.X_OK)
    assert verifier.read_bytes().startswith(b"#!/usr/bin/env python3\n")


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    taken = tmp_path / "verify.pyz"
    taken.write_text("mine")
    with pytest.raises(Refused):
        build(taken)
    assert taken.read_text() == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No such file"):
        build(tmp_path / "nowhere" / "verify.pyz")
