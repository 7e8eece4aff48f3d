"""What keeps the log's tiles, and the heads that were signed, does so as its port says."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from application.log_ports import Head, Heads, LogTiles, Mark
from domain.errors import ArchiveDamaged, Conflict
from domain.transparency.merkle import root_of
from domain.transparency.tiles import Tile, hashes_of
from infrastructure.log_tiles.heads import FILE, FileHeads
from infrastructure.log_tiles.tiles import MARKS, FileTiles


@pytest.fixture
def tiles(tmp_path: Path) -> LogTiles:
    return FileTiles(tmp_path / "log")


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    return FileHeads(tmp_path / "log")


def full_tile(index: int) -> tuple[Tile, bytes]:
    return Tile(0, index), bytes([index]) * 8_192


def mark(index: int) -> Mark:
    return Mark(index + 1, 256, root_of(hashes_of(full_tile(index)[1])))


def head(size: int) -> Head:
    return Head(size, bytes(32), b"note %d" % size)


def test_a_log_begins_empty(tiles: LogTiles, heads: Heads) -> None:
    assert (tiles.full(), tiles.read(Tile(0, 0)), tiles.marks(0, 0)) == (0, None, ())
    assert (heads.last(), heads.covering(1)) == (None, None)


def test_full_tiles_and_their_marks_are_read_back(tiles: LogTiles, tmp_path: Path) -> None:
    tiles.add([full_tile(0), full_tile(1)], [mark(0), mark(1)])
    tiles.add([full_tile(2)], [mark(2)])
    for each in (tiles, FileTiles(tmp_path / "log")):
        assert each.full() == 3
        assert each.marks(1, 3) == [mark(1), mark(2)]
        assert each.read(Tile(0, 2)) == full_tile(2)[1]


def test_partial_tiles_of_all_checkpoints_stay_until_the_full_one_comes(
    tiles: LogTiles, tmp_path: Path
) -> None:
    def partial() -> set[str]:
        folder = tmp_path / "log/tile/0/000.p"
        return {path.name for path in folder.iterdir()} if folder.exists() else set()

    tiles.publish([(Tile(0, 0, 5), bytes(160))], b"five")
    assert tiles.read(Tile(0, 0, 5)) == bytes(160)
    tiles.publish([(Tile(0, 0, 7), bytes(224))], b"seven")
    assert partial() == {"5", "7"}
    assert (tmp_path / "log/checkpoint").read_bytes() == b"seven"
    tiles.add([full_tile(0)], [mark(0)])
    assert partial() == set()


@pytest.mark.parametrize("damage", [None, b"", b"x" * 224])
def test_what_is_published_again_is_whole_again(
    tiles: LogTiles, tmp_path: Path, damage: bytes | None
) -> None:
    for name in ("tile/0/000.p/7", "checkpoint"):
        tiles.publish([(Tile(0, 0, 7), bytes(224))], b"seven")
        if damage is None:
            (tmp_path / "log" / name).unlink()
        else:
            (tmp_path / "log" / name).write_bytes(damage)
    tiles.publish([(Tile(0, 0, 7), bytes(224))], b"seven")
    assert tiles.read(Tile(0, 0, 7)) == bytes(224)
    assert tiles.published() == b"seven"


@pytest.mark.parametrize("torn", [b"", b"\0" * 20, b"\0" * 48, b"x" * 48, b"x" * 500])
def test_a_mark_that_was_torn_or_came_too_early_does_not_count(
    tiles: LogTiles, tmp_path: Path, torn: bytes
) -> None:
    tiles.add([full_tile(0)], [mark(0)])
    with (tmp_path / "log" / MARKS).open("ab") as file:
        file.write(torn)
    again = FileTiles(tmp_path / "log")
    assert again.full() == 1
    again.add([full_tile(1)], [mark(1)])
    assert (again.full(), FileTiles(tmp_path / "log").marks(0, 2)) == (2, [mark(0), mark(1)])


def test_a_tile_that_is_not_what_its_mark_says_does_not_count(
    tiles: LogTiles, tmp_path: Path
) -> None:
    tiles.add([full_tile(0), full_tile(1)], [mark(0), mark(1)])
    (tmp_path / "log" / Tile(0, 1).path).write_bytes(b"")
    assert FileTiles(tmp_path / "log").full() == 1


def test_what_is_cleared_is_gone(tiles: LogTiles, tmp_path: Path) -> None:
    tiles.add([full_tile(0)], [mark(0)])
    tiles.publish([], b"a checkpoint")
    tiles.clear()
    assert (tiles.full(), tiles.read(Tile(0, 0))) == (0, None)
    assert [*(tmp_path / "log").iterdir()] == []
    tiles.clear()


def test_heads_are_found_by_what_they_cover(heads: Heads) -> None:
    heads.add(head(3), 0)
    heads.add(head(9), 3)
    assert heads.last() == head(9)
    covering = {size: heads.covering(size) for size in (1, 3, 4, 9, 10)}
    assert covering == {1: head(3), 3: head(3), 4: head(9), 9: head(9), 10: None}


@pytest.mark.parametrize(("size", "after"), [(9, 0), (9, 4), (5, 5), (4, 5), (5, 0)])
def test_a_head_follows_the_last_one_or_is_a_conflict(heads: Heads, size: int, after: int) -> None:
    heads.add(head(5), 0)
    with pytest.raises(Conflict):
        heads.add(head(size), after)
    assert (heads.last(), heads.covering(6)) == (head(5), None)


def test_a_head_that_a_crash_left_half_written_is_not_there(heads: Heads, tmp_path: Path) -> None:
    heads.add(head(5), 0)
    with closing(sqlite3.connect(tmp_path / "log" / FILE, isolation_level=None)) as dying:
        dying.execute("PRAGMA cache_size = 1")  # so that it writes before it commits
        dying.execute("BEGIN")
        rows = ((size, bytes(32), bytes(50_000)) for size in range(6, 60))
        dying.executemany("INSERT INTO heads VALUES (?, ?, ?)", rows)
        shutil.copytree(tmp_path / "log", tmp_path / "crashed")
    assert {path.name for path in (tmp_path / "crashed").iterdir()} == {FILE, f"{FILE}-journal"}
    assert (tmp_path / "crashed" / FILE).stat().st_size > 1_000_000
    crashed = FileHeads(tmp_path / "crashed")
    assert crashed.last() == head(5)
    crashed.add(head(6), 5)


def test_a_file_that_holds_no_heads_is_damage(heads: Heads, tmp_path: Path) -> None:
    heads.add(head(5), 0)
    (tmp_path / "log" / FILE).write_bytes(b"no database, of some length" * 100)
    with pytest.raises(ArchiveDamaged, match=r"heads\.sqlite3"):
        heads.last()
    with pytest.raises(ArchiveDamaged):
        heads.add(head(6), 5)
