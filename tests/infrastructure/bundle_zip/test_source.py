import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.members import ContainerRejected
from domain.errors import UnreadableFile
from infrastructure.bundle_zip.source import BLOCK_BYTES, Cache, Source, pieces

DATA = bytes((index * index >> 8) & 0xFF for index in range(BLOCK_BYTES * 5 // 2))


def reading(offset: int, size: int) -> bytes:
    return DATA[offset : offset + size]


@given(
    st.integers(0, 1000),
    st.lists(st.tuples(st.integers(0, len(DATA)), st.integers(0, 3 * BLOCK_BYTES)), max_size=8),
)
def test_the_cache_reads_what_stands_there(start: int, reads: list[tuple[int, int]]) -> None:
    cache, member = Cache(reading), DATA[start:-1000]
    for offset, size in reads:
        found = cache.read(start, len(member), offset, size)
        assert found == member[offset : offset + size]


def test_small_reads_in_a_row_read_each_block_once() -> None:
    asked: list[tuple[int, int]] = []

    def counting(offset: int, size: int) -> bytes:
        asked.append((offset, size))
        return reading(offset, size)

    cache = Cache(counting)
    for offset in range(0, len(DATA), 100):
        cache.read(0, len(DATA), offset, 100)
    assert asked == [
        (0, BLOCK_BYTES),
        (BLOCK_BYTES, BLOCK_BYTES),
        (2 * BLOCK_BYTES, BLOCK_BYTES // 2),
    ]


def test_a_large_read_passes_the_cache_by() -> None:
    asked: list[tuple[int, int]] = []
    size = 100 * BLOCK_BYTES

    def counting(offset: int, size: int) -> bytes:
        asked.append((offset, size))
        return bytes(size)

    assert len(Cache(counting).read(7, size, 1, size)) == size - 1
    assert asked == [(8, size - 1)]


@given(st.integers(0, 100), st.integers(1, 40))
def test_pieces_are_the_whole(size: int, step: int) -> None:
    found = list(pieces(reading, 5, size, step))
    assert b"".join(found) == DATA[5 : 5 + size]
    assert all(len(piece) <= step for piece in found)


def test_a_file_that_ends_while_it_is_read_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    source = Source(tmp_path / "file")
    with pytest.raises(ContainerRejected, match="offset 3: expected 5 bytes, found 2"):
        source.read_at(3, 5)
    source.close()


@pytest.mark.parametrize("kind", ["folder", "pipe", "missing"])
def test_what_is_no_file_is_unreadable(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(UnreadableFile):
        Source(path)


def test_a_read_that_fails_makes_the_file_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    (tmp_path / "file").write_bytes(b"12345")
    source = Source(tmp_path / "file")
    monkeypatch.setattr("infrastructure.bundle_zip.source.read_at", failing)
    with pytest.raises(UnreadableFile, match="Input/output error"):
        source.read_at(0, 5)
    source.close()
