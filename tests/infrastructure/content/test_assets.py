"""Assets as files: what only files can get wrong."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import ArchiveDamaged, Refused
from infrastructure.content.assets import FileAssets

ROOT = Path(__file__).parents[3]


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_same_bytes_are_one_file_below_two_digits(tmp_path: Path) -> None:
    assets = FileAssets(tmp_path)
    name = assets.put([b"abc"], "txt")
    assert assets.put([b"abc"], "txt") == name
    assert files_in(tmp_path) == [f"{name[:2]}/{name}"]


def test_putting_it_again_mends_a_rotten_file(tmp_path: Path) -> None:
    assets = FileAssets(tmp_path)
    name = assets.put([b"abc"], "txt")
    (tmp_path / name[:2] / name).write_bytes(b"abd")
    assets.put([b"abc"], "txt")
    assert b"".join(assets.chunks(name)) == b"abc"


def test_bytes_that_break_off_leave_no_file(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"secret"
        raise InterruptedError

    with pytest.raises(InterruptedError):
        FileAssets(tmp_path).put(chunks(), "txt")
    assert files_in(tmp_path) == []


def test_what_a_crash_left_half_written_is_swept_away(tmp_path: Path) -> None:
    assets = FileAssets(tmp_path / "assets")
    assets.sweep()
    assert not [*tmp_path.iterdir()]
    name = assets.put([b"abc"], "txt")
    assets.doom([name])
    (tmp_path / "assets/incoming/of-another-process").write_bytes(b"secret")
    (tmp_path / "assets/.new-of-another-process").write_bytes(b"half a note")
    assets.sweep()
    assert files_in(tmp_path / "assets") == [f"{name[:2]}/{name}", "doomed"]


def test_an_asset_that_comes_while_another_one_does_is_left_alone(tmp_path: Path) -> None:
    names: list[str] = []

    def chunks() -> Iterator[bytes]:
        yield b"outer"
        names.append(FileAssets(tmp_path).put([b"inner"], "txt"))

    names.append(FileAssets(tmp_path).put(chunks(), "txt"))
    assert files_in(tmp_path) == sorted(f"{name[:2]}/{name}" for name in names)


def test_a_file_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    assets = FileAssets(tmp_path)
    name = assets.put([b"abc"], "txt")
    chunks = assets.chunks(name)
    (tmp_path / name[:2] / name).unlink()
    with pytest.raises(ArchiveDamaged, match=name):
        list(chunks)


def test_a_folder_that_takes_nothing_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "assets").write_bytes(b"a file where the folder should be")
    with pytest.raises(Refused, match="a place to write"):
        FileAssets(tmp_path / "assets").put([b"abc"], "txt")


@pytest.mark.skipif(os.name == "nt", reason="file size limits are those of POSIX")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from domain.errors import StorageFull\n"
        "from infrastructure.content.assets import FileAssets\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, -1))\n"
        "try: FileAssets(Path(sys.argv[1])).put([bytes(6000)] * 2, 'bin')\n"
        "except StorageFull as error: print(error.remedy)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert "Make room" in told.stdout
    assert files_in(tmp_path) == []
