import os
from hashlib import sha256
from pathlib import Path

import pytest

from domain.errors import UnreadableFile
from infrastructure.log_sources.raw_file import CHUNK, RawFile


@pytest.fixture(name="path")
def file_of_some_chunks(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_bytes(b"abc" * CHUNK)
    return tmp_path / "a.json"


def test_a_file_is_read_in_chunks_and_stretches(path: Path) -> None:
    file = RawFile(path)
    assert [len(chunk) for chunk in file.raw()] == [CHUNK] * 3
    assert b"".join(file.between(1, 4)) == b"bca"
    assert file.first() == next(file.raw())
    assert file.digest() == sha256(b"abc" * CHUNK).hexdigest()
    file.close()


def test_a_file_that_became_shorter_is_unreadable(path: Path) -> None:
    file = RawFile(path)
    path.write_bytes(b"a")
    with pytest.raises(UnreadableFile, match="the end of the file"):
        list(file.between(0, 2))
    file.close()


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="a readable file"):
        RawFile.of(tmp_path / "none")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_folders_and_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert RawFile.of(tmp_path) is None
    assert RawFile.of(tmp_path / "pipe") is None
