"""Tiles hold the tree that was hashed, and every proof from them is that of the whole tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.transparency import tiles
from domain.transparency.checkpoint import Checkpoint
from domain.transparency.merkle import EMPTY_ROOT, leaf_hash, root_of
from domain.transparency.proofs import (
    ProofMalformed,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from domain.transparency.tiles import ENTRIES, Tile, TileTree, partial_tiles, tile_of
from domain.transparency.tlog_proof import TlogProof
from tests.tlog import consistency_proof, decode_entries

LEAVES = [leaf_hash(b"%d" % number) for number in range(70_000)]


def naive_tile(tile: Tile) -> bytes:
    """As tlog-tiles defines it: the tree hashes of so many leaves each."""
    span = 256**tile.level
    first = tile.index * 256
    each = range(first, first + tile.width)
    return b"".join(root_of(LEAVES[at * span : (at + 1) * span]) for at in each)


def tree(size: int) -> TileTree:
    return TileTree(size, naive_tile)


sizes = st.integers(1, 1_000) | st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_536, 70_000])


@given(sizes, st.data())
def test_a_proof_of_inclusion_from_tiles_is_that_of_the_whole_tree(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = tree(size).inclusion_proof(index)
    verify_inclusion(LEAVES[index], index, size, proof, root_of(LEAVES[:size]))
    if size <= 1_000:
        assert proof == inclusion_proof(LEAVES[:size], index)


@given(sizes, st.data())
def test_a_proof_of_consistency_from_tiles_is_that_of_the_whole_tree(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    proof = tree(size).consistency_proof(old)
    roots = root_of(LEAVES[:old]), root_of(LEAVES[:size])
    verify_consistency(old, size, proof, *roots)
    assert (tree(size).root_at(old), tree(size).root()) == roots
    if size <= 1_000:
        assert proof == consistency_proof(LEAVES[:size], old)


def test_the_empty_tree_has_a_root_and_no_tiles() -> None:
    assert tree(0).root() == EMPTY_ROOT
    assert [*partial_tiles(0)] == []


def test_the_partial_tiles_of_the_specification_are_found() -> None:
    assert [*partial_tiles(70_000)] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [*partial_tiles(256)] == [Tile(1, 0, 1)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 1_234_067), "tile/1/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(63, 1_000), "tile/63/x001/000"),
        (Tile(ENTRIES, 5, 1), "tile/entries/005.p/1"),
    ],
)
def test_a_path_is_that_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@given(st.integers(-1, 63), st.integers(0, 10**18), st.integers(1, 256))
def test_every_path_is_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "tile", "tile/0", "tile/0/0", "tile/00/000", "tile/64/000", "tile/-1/000"),
        *("tile/0/x000/001", "tile/0/001/001", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256"),
        *("tile/0/000.p/01", "tile/0/000.p", "tile/0/../000", "tile/0/000/", "/tile/0/000"),
        *("tile/0/000\n", "tile/0/\u0660\u0660\u0660", "tile/Entries/000", "tile/0/0001"),
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="tile"):
        Tile.parse(path)


def test_a_tile_says_how_many_leaves_it_needs() -> None:
    assert Tile(0, 2, 5).end == 517
    assert Tile(1, 0, 1).end == 256
    assert Tile(ENTRIES, 1).end == 512


def test_a_tile_beyond_the_tree_has_no_width() -> None:
    assert tile_of(0, 3, 700).width <= 0
    assert tile_of(0, 2, 700).width == 188
    assert tile_of(1, 0, 700).width == 2


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"tile/0/000\.p/5: expected 160 bytes, found 159"):
        TileTree(5, lambda tile: naive_tile(tile)[:-1]).root()


def test_an_index_and_a_size_beyond_the_tree_are_refused() -> None:
    with pytest.raises(ProofMalformed):
        tree(5).inclusion_proof(5)
    with pytest.raises(ProofMalformed):
        tree(5).consistency_proof(6)
    for size in (6, -1):
        with pytest.raises(InvalidInput, match="within its size 5"):
            tree(5).root_at(size)


def test_a_proof_of_a_million_leaves_is_small_and_reads_few_tiles() -> None:
    read: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        read.append(tile)
        return bytes(32 * tile.width)

    hashes = TileTree(1_000_000, fetch).inclusion_proof(123_456)
    assert len(read) <= 6
    note = Checkpoint("archive-" + "0" * 32, 1_000_000, bytes(32)).text().encode() + bytes(200)
    assert len(TlogProof(123_456, (*hashes,), note).encode()) < 2_048 - 500


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_entries_are_read_back(entries: list[bytes]) -> None:
    assert decode_entries(tiles.encode_entries(entries)) == entries


def test_an_entry_too_long_for_its_length_is_a_bug() -> None:
    assert decode_entries(tiles.encode_entries([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(ValueError, match="65535"):
        tiles.encode_entries([bytes(65_536)])
