"""Killed while the log grows: what was signed stays, and it goes on to the same tiles and head."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from domain.transparency.checkpoint import parse_signed
from tests.archives import open_fixed, record_dataset
from tests.crash import dying
from tests.crash.works import prepare, sign_log, sign_log_again_and_again

ITEMS = 600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with some events in full tiles of its log, and more that are in none."""
    with open_fixed(tmp_path / "archive", "archive-a") as archive:
        record_dataset(archive, ITEMS // 2)
        archive.log.checkpoint()
        record_dataset(archive, ITEMS, "dataset/00000000-0000-7000-8000-0000000000d6")
    return tmp_path / "archive"


def files(folder: Path) -> dict[str, bytes]:
    """Tiles, marks and the checkpoint."""
    paths = (path for path in (folder / "log").rglob("*") if path.is_file())
    named = {str(path.relative_to(folder)): path for path in paths if "heads" not in path.name}
    return {name: path.read_bytes() for name, path in named.items()}


def copies(folder: Path) -> Iterator[Path]:
    number = 0
    while True:
        number += 1
        yield shutil.copytree(folder, folder.with_name(f"copy-{number}"))


@pytest.mark.parametrize("again", [False, True])
def test_a_death_at_any_change_of_a_file_leaves_the_same_log(folder: Path, again: bool) -> None:
    whole = shutil.copytree(folder, folder.with_name("whole"))
    sign_log(whole)
    if again:
        for each in (folder, whole):  # all tiles are made anew
            shutil.rmtree(each / "log/tile")
        sign_log(whole)
    died = 0
    for copy in copies(folder):
        if dying.survives(dying.at_change, died + 1, sign_log, copy):
            break
        died += 1
        sign_log(copy)
        assert files(copy) == files(whole)
    assert died >= 10


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.3])
def test_every_head_that_was_told_is_covered_by_the_next(tmp_path: Path, seconds: float) -> None:
    folder = tmp_path / "archive"
    prepare(folder)
    process, connection = dying.start(sign_log_again_and_again, folder)
    told: list[bytes] = []
    with suppress(EOFError):
        told.append(connection.recv_bytes())
        process.join(seconds)
        process.kill()
        while True:
            told.append(connection.recv_bytes())
    process.join()
    with open_fixed(folder, "archive-a") as archive:
        head = archive.log.checkpoint()
        assert told
        assert parse_signed(told[-1]).checkpoint.size <= head.size
        sizes = [parse_signed(note).checkpoint.size for note in told]
        assert sizes == sorted(sizes)
        assert archive.log.rebuild() == head
