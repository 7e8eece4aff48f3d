import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from domain.errors import Refused, StorageFull
from infrastructure import new_file as module
from infrastructure.new_file import new_file, scratch_file


@pytest.fixture(autouse=True, params=["without a name", "with a hidden name"])
def draft(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run each test with a draft of either kind; without a name where the system has it."""
    if request.param == "with a hidden name":
        monkeypatch.setattr(module, "_unnamed", lambda _: None)
    return str(request.param)


def written(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    with new_file(path, overwrite=overwrite) as file:
        file.write(content)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def without_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)


def test_a_file_appears_when_its_block_ends(tmp_path: Path) -> None:
    with new_file(tmp_path / "new", overwrite=False) as file:
        file.write(b"whole")
        assert not (tmp_path / "new").exists()
    assert files(tmp_path) == {"new": b"whole"}


def test_a_file_has_the_rights_that_files_get_here(tmp_path: Path) -> None:
    written(tmp_path / "new", b"")
    (tmp_path / "other").touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_failing_block_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), new_file(tmp_path / "new", overwrite=False):
        raise KeyboardInterrupt
    assert files(tmp_path) == {}


def test_a_failing_block_keeps_what_was_there(tmp_path: Path) -> None:
    written(tmp_path / "old", b"kept")
    with pytest.raises(ValueError, match="no"), new_file(tmp_path / "old", overwrite=True):
        raise ValueError("no")
    assert files(tmp_path) == {"old": b"kept"}


def test_a_taken_name_is_refused_unless_told(tmp_path: Path) -> None:
    written(tmp_path / "old", b"kept")
    with pytest.raises(Refused, match="Choose another name"):
        written(tmp_path / "old", b"other")
    assert files(tmp_path) == {"old": b"kept"}
    written(tmp_path / "old", b"other", overwrite=True)
    assert files(tmp_path) == {"old": b"other"}


def test_a_dangling_link_is_a_taken_name(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused):
        written(tmp_path / "link", b"")


@pytest.mark.parametrize("links", [True, False])
def test_a_name_that_is_taken_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    if not links:
        without_hard_links(monkeypatch)
    with pytest.raises(Refused), new_file(tmp_path / "new", overwrite=False):
        (tmp_path / "new").write_bytes(b"first")
    assert files(tmp_path) == {"new": b"first"}


def test_a_file_appears_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_hard_links(monkeypatch)
    written(tmp_path / "new", b"whole")
    assert files(tmp_path) == {"new": b"whole"}
    written(tmp_path / "new", b"larger" * 2**20, overwrite=True)
    assert files(tmp_path) == {"new": b"larger" * 2**20}


@pytest.mark.parametrize("place", ["folder", "missing/new", "file/new"])
def test_what_the_system_refuses_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match=r"a place to write, found .+ See that its folder is there"):
        written(tmp_path / place, b"", overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_disk_that_cannot_keep_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="No space left"):
        written(tmp_path / "new", b"")
    assert files(tmp_path) == {}


def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    written(tmp_path / "new", b"whole")
    assert files(tmp_path) == {"new": b"whole"}


@pytest.mark.skipif(sys.platform != "linux", reason="files without a name are Linux's")
def test_nothing_is_there_while_a_file_is_written(tmp_path: Path, draft: str) -> None:
    with new_file(tmp_path / "new", overwrite=False) as file:
        file.write(b"half")
        assert len(files(tmp_path)) == (draft != "without a name")
    with scratch_file(tmp_path / "new") as file:
        file.write(b"for a while")
        assert files(tmp_path) == {"new": b"half"}
    assert files(tmp_path) == {"new": b"half"}


def test_a_scratch_file_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused), scratch_file(tmp_path / "missing" / "new"):
        pass
