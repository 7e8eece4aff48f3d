from pathlib import Path

import pytest

from domain.errors import Refused, StorageFull
from infrastructure.content.durable import write_durably
from tests.full_disks import files_of_at_most


def test_a_file_comes_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "file"
    write_durably(path, b"first")
    write_durably(path, b"second")
    assert path.read_bytes() == b"second"
    assert [*path.parent.iterdir()] == [path]


def test_a_full_disk_is_told_and_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"first")
    for _ in range(3):
        with files_of_at_most(4000), pytest.raises(StorageFull):
            write_durably(path, bytes(5000))
    assert path.read_bytes() == b"first"
    assert [*tmp_path.iterdir()] == [path]


def test_a_name_that_cannot_be_taken_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(Refused):
        write_durably(tmp_path / "folder", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused):
        write_durably(tmp_path / "file" / "below", b"data")
