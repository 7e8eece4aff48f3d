"""Killed while exporting: the target is what it was or whole, and nothing is in the way.

Where files need no name, nothing else is there either; but for the moment in which a whole one is
about to take the place of another.
"""

import os
from pathlib import Path

import pytest

from domain.verification.policy import Policy
from interface.verifying import verify_file
from tests.archives import key, open_fixed, types
from tests.crash import dying
from tests.crash.works import export_run, prepare, record_all

OLD = b"what was here before"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an archive with a sealed run."""
    prepare(tmp_path / "archive")
    record_all(tmp_path / "archive")
    return tmp_path / "archive"


def _unnamed(folder: Path) -> bool:
    """Whether files need no name here."""
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR))
    except (AttributeError, OSError):
        return False
    return True


def _check(folder: Path, target: Path, whole: bytes) -> None:
    if target.exists() and target.read_bytes() != OLD:
        assert target.read_bytes() == whole
    _check_left(target)
    export_run(folder, target, deflated=False)
    assert target.read_bytes() == whole


def _check_left(target: Path) -> None:
    left = [path for path in target.parent.iterdir() if path != target]
    assert all(path.name.startswith(".") and path.suffix == ".part" for path in left)
    if _unnamed(target.parent):
        assert len(left) <= (target.exists() and target.read_bytes() == OLD)
        assert all(verify_file(path, Policy()).verified for path in left)
    for path in left:
        path.unlink()


def _whole(folder: Path) -> bytes:
    path = folder.with_name("whole.zip")
    export_run(folder, path, deflated=False)
    assert verify_file(path, Policy()).verified
    return path.read_bytes()


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("deflated", [False, True])
def test_a_death_at_any_change_of_a_file_tears_nothing(
    folder: Path, tmp_path: Path, old: bool, deflated: bool
) -> None:
    whole, target = _whole(folder), tmp_path / "out" / "bundle.zip"
    target.parent.mkdir()
    died = 0
    while True:
        target.unlink(missing_ok=True)
        if old:
            target.write_bytes(OLD)
        if dying.survives(dying.at_change, died + 1, export_run, folder, target, deflated):
            break
        died += 1
        if deflated and target.exists() and target.read_bytes() != OLD:
            assert verify_file(target, Policy()).verified
            target.unlink()
        _check(folder, target, whole)
    assert died >= 2


@pytest.mark.parametrize("fault", [dying.before_commit, dying.within_commit, dying.after_commit])
def test_a_bundle_that_is_there_has_been_told_of(
    folder: Path, tmp_path: Path, fault: dying.Die
) -> None:
    target = tmp_path / "out" / "bundle.zip"
    target.parent.mkdir()
    assert not dying.survives(fault, 1, export_run, folder, target, False)
    assert not target.exists()
    with open_fixed(folder, "archive-a") as archive:
        told = types(archive, key(archive, "archive")).count("archive.exported")
    assert told == (fault is dying.after_commit)
    _check(folder, target, _whole(folder))


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.02, 0.04, 0.08])
def test_a_kill_at_any_time_tears_nothing(folder: Path, tmp_path: Path, seconds: float) -> None:
    whole, target = _whole(folder), tmp_path / "out" / "bundle.zip"
    target.parent.mkdir()
    process = dying.CONTEXT.Process(target=export_run, args=(folder, target, False))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    _check(folder, target, whole)
