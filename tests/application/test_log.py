"""The log is the tree over all own events in order, however it came to be, and never forks."""

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.log import Log
from application.ports import StreamKey
from domain.errors import LogDiverged, NotFound
from domain.transparency import signed_note
from domain.transparency.checkpoint import parse_signed
from domain.transparency.merkle import leaf_hash
from domain.transparency.proofs import verify_consistency, verify_inclusion
from domain.transparency.tiles import ENTRIES, Tile, TileTree, tile_of
from domain.transparency.tlog_proof import TlogProof
from infrastructure.log_tiles.heads import FileHeads
from infrastructure.signing.verify import verify_ed25519
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    export,
    open_fixed,
    record_dataset,
    record_run,
    take,
)
from tests.contracts.fakes import MemoryEventStore
from tests.logged import OTHER, STREAM, Logged
from tests.tlog import decode_entries


@pytest.fixture
def logged(tmp_path: Path) -> Logged:
    return Logged(tmp_path)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_fixed(tmp_path / "archive", "archive-a") as opened:
        yield opened


pages = st.lists(
    st.tuples(st.integers(1, 700), st.sampled_from([STREAM, OTHER]), st.booleans()), max_size=12
)


@settings(max_examples=40)
@given(pages=pages, data=st.data())
def test_however_it_grows_it_is_the_tree_over_all_own_events(
    tmp_path_factory: pytest.TempPathFactory,
    pages: list[tuple[int, str, bool]],
    data: st.DataObject,
) -> None:
    logged = Logged(tmp_path_factory.mktemp("log"))
    log = logged.log()
    for count, stream, is_mirror in pages:
        logged.append(count, stream, "archive-b" if is_mirror else "archive-a")
        if data.draw(st.booleans()):
            assert log.integrate() == len(logged.lines)
        if data.draw(st.booleans()):
            log = logged.log()
    logged.append(1)
    head = log.checkpoint()
    assert (head.size, head.root) == (len(logged.lines), logged.root())
    at_once = logged.files()
    shutil.rmtree(logged.folder / "log/tile")
    assert logged.log().rebuild() == head
    assert logged.files() == at_once


def test_a_checkpoint_is_a_note_signed_by_the_archive(logged: Logged) -> None:
    logged.append(300)
    head = logged.log().checkpoint()
    checkpoint, note = parse_signed(head.note)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("archive-a", 300, head.root)
    archives_key = logged.key
    assert signed_note.valid_signatures(note, [archives_key], verify_ed25519) == [archives_key]
    assert (logged.folder / "log/checkpoint").read_bytes() == head.note


def test_what_was_signed_is_not_signed_again(logged: Logged) -> None:
    logged.append(3)
    log = logged.log()
    first = log.checkpoint()
    assert log.checkpoint() == first == logged.log().checkpoint()
    assert log.waiting() == 0
    logged.append(2)
    assert log.waiting() == 2


def test_each_head_extends_the_one_before(logged: Logged) -> None:
    log, heads = logged.log(), []
    for count in (1, 254, 1, 1, 600, 256):
        logged.append(count)
        heads.append(log.checkpoint())
    tree = TileTree(heads[-1].size, log.tile)
    for head in heads:
        proof = tree.consistency_proof(head.size)
        verify_consistency(head.size, tree.size, proof, head.root, heads[-1].root)
        for level in (0, 1):  # also tiles that have grown since, as clients of that head ask
            for index in range(3):
                tile = tile_of(level, index, head.size)
                if tile.width > 0:
                    assert len(log.tile(tile)) == 32 * tile.width


def test_entries_are_the_lines_that_the_leaves_are_hashed_from(logged: Logged) -> None:
    for _ in range(8):
        logged.append(90)
        logged.append(40, OTHER)
        logged.append(7, origin="archive-b")
    log = logged.log()
    log.checkpoint()
    found = [
        entry
        for index in range(5)
        for entry in decode_entries(log.tile(tile_of(ENTRIES, index, len(logged.lines))))
    ]
    assert found == logged.lines
    assert decode_entries(log.tile(Tile(ENTRIES, 2, 9))) == logged.lines[512:521]


@pytest.mark.parametrize("tile", [Tile(0, 0, 6), Tile(0, 0), Tile(1, 0, 1), Tile(ENTRIES, 0, 6)])
def test_a_tile_that_no_signed_head_covers_is_not_given(logged: Logged, tile: Tile) -> None:
    log = logged.log()
    with pytest.raises(NotFound):
        log.tile(tile)
    logged.append(5)
    log.checkpoint()
    logged.append(300)
    log.integrate()
    with pytest.raises(NotFound):
        log.tile(tile)


def test_an_event_is_proved_by_the_first_checkpoint_that_covers_it(logged: Logged) -> None:
    log = logged.log()
    logged.append(2)
    first = log.checkpoint()
    logged.append(700, OTHER)
    proofs = [log.proof(StreamKey("archive-a", OTHER), version) for version in (1, 400)]
    logged.append(5)
    log.checkpoint()
    earlier = log.proof(StreamKey("archive-a", STREAM), 1)
    assert logged.log().proof(StreamKey("archive-a", OTHER), 400) == proofs[1]
    for data, index in ((earlier, 0), (proofs[0], 2), (proofs[1], 401)):
        proof = TlogProof.parse(data)
        checkpoint, _ = parse_signed(proof.checkpoint)
        assert (proof.index, checkpoint.size) == (index, 702 if index else first.size)
        leaf = leaf_hash(logged.lines[index])
        verify_inclusion(leaf, index, checkpoint.size, proof.hashes, checkpoint.root)


def test_what_is_not_in_the_log_has_no_proof(logged: Logged) -> None:
    logged.append(5)
    logged.append(5, origin="archive-b")
    for stream, version in (("archive-a", 0), ("archive-a", 6), ("archive-b", 1)):
        with pytest.raises(NotFound):
            logged.log().proof(StreamKey(stream, STREAM), version)


@pytest.mark.parametrize("signed", [5, 300])
@pytest.mark.parametrize("again", [0, 3, 400])
def test_an_archive_that_went_back_signs_no_other_history(
    logged: Logged, signed: int, again: int
) -> None:
    logged.append(signed)
    head = logged.log().checkpoint()
    logged.store, logged.lines = MemoryEventStore(), []
    logged.append(2)
    if again:
        logged.append(again, OTHER)
    for ask in (Log.checkpoint, Log.rebuild):
        with pytest.raises(LogDiverged, match="begin a new archive") as refused:
            ask(logged.log())
        assert "eval752 log rebuild" in str(refused.value)
    assert FileHeads(logged.folder / "log").last() == head
    with pytest.raises(LogDiverged):
        logged.log().proof(StreamKey("archive-a", STREAM), 1)


def test_an_archive_that_went_back_goes_on_once_its_events_are_back(logged: Logged) -> None:
    logged.append(400)
    head, newest = logged.log().checkpoint(), logged.store
    logged.store = MemoryEventStore()
    with pytest.raises(LogDiverged):
        logged.log().checkpoint()
    logged.store = newest
    assert logged.log().checkpoint() == head
    logged.append(1)
    assert logged.log().checkpoint().size == 401


def test_tiles_that_have_rotten_prove_nothing_and_are_made_anew(logged: Logged) -> None:
    logged.append(700)
    head, before = logged.log().checkpoint(), logged.files()
    (logged.folder / "log/tile/0/000").write_bytes(bytes(8_192))
    first = StreamKey("archive-a", STREAM)
    with pytest.raises(LogDiverged, match="eval752 log rebuild"):
        logged.log().proof(first, 1)
    assert logged.log().rebuild() == head
    assert logged.files() == before
    assert logged.log().proof(first, 1)


def went_back(logged: Logged, signed: int, again: int) -> MemoryEventStore:
    """Sign some events, and put an older state with others behind it in place of the newest."""
    logged.append(90)
    older = deepcopy(logged.store)
    logged.append(signed - 90)
    logged.log().checkpoint()
    newest, logged.store = logged.store, older
    logged.append(again, OTHER)
    return newest


@pytest.mark.parametrize(("signed", "again"), [(237, 400), (237, 20), (700, 900)])
@pytest.mark.parametrize("lost", ["gone", "empty", "older"])
def test_where_the_heads_are_gone_the_published_one_forbids_another_history(
    logged: Logged, signed: int, again: int, lost: str
) -> None:
    logged.append(40)
    heads = logged.folder / "log/heads.sqlite3"
    logged.log().checkpoint()
    of_forty = heads.read_bytes()
    went_back(logged, signed, again)
    before = logged.files()
    if lost == "gone":
        heads.unlink()
    else:
        heads.write_bytes(of_forty if lost == "older" else b"")
    for ask in (Log.checkpoint, Log.integrate, Log.rebuild, Log.checkpoint):
        with pytest.raises(LogDiverged):
            ask(logged.log())
    with pytest.raises(LogDiverged, match=r"expected .* as log/checkpoint has, found .*head"):
        logged.log().checkpoint()
    assert logged.files() == before


def test_a_rebuild_takes_up_the_published_head_where_the_heads_are_gone(logged: Logged) -> None:
    logged.append(300)
    head = logged.log().checkpoint()
    (logged.folder / "log/heads.sqlite3").unlink()
    logged.append(100)
    with pytest.raises(LogDiverged, match="eval752 log rebuild takes up the head"):
        logged.log().checkpoint()
    assert logged.log().rebuild().size == 400
    assert FileHeads(logged.folder / "log").covering(1) == head


def test_a_rebuild_takes_up_no_signature_that_is_rotten(logged: Logged) -> None:
    logged.append(300)
    head = logged.log().checkpoint()
    (logged.folder / "log/heads.sqlite3").unlink()
    published = logged.folder / "log/checkpoint"
    other = b"B" if head.note[-10:-9] == b"A" else b"A"
    published.write_bytes(head.note[:-10] + other + head.note[-9:])
    assert logged.log().rebuild() == head
    assert published.read_bytes() == head.note


def test_the_partial_tiles_of_each_head_stay_and_a_rebuild_makes_them_anew(logged: Logged) -> None:
    log = logged.log()
    for count in (3, 297, 1, 250, 700, 5):
        logged.append(count)
        log.checkpoint()
    before = logged.files()
    partial = {name.removeprefix("log/tile/") for name in before if ".p/" in name}
    assert partial == {"0/004.p/227", "0/004.p/232", "1/000.p/1", "1/000.p/2", "1/000.p/4"}
    assert log.rebuild().size == 1256
    assert logged.files() == before


def test_a_published_head_that_is_none_is_not_taken_for_nothing_signed(logged: Logged) -> None:
    logged.append(3)
    head = logged.log().checkpoint()
    (logged.folder / "log/checkpoint").write_bytes(b"")
    assert logged.log().checkpoint() == head
    assert (logged.folder / "log/checkpoint").read_bytes() == head.note
    (logged.folder / "log/checkpoint").write_bytes(b"rubbish")
    (logged.folder / "log/heads.sqlite3").unlink()
    for ask in (Log.checkpoint, Log.rebuild):
        with pytest.raises(LogDiverged, match="log/checkpoint: expected a signed head"):
            ask(logged.log())


@pytest.mark.parametrize(("signed", "again"), [(237, 400), (237, 20), (700, 900)])
def test_what_is_refused_leaves_what_is_published_as_it_was(
    logged: Logged, signed: int, again: int
) -> None:
    newest = went_back(logged, signed, again)
    before = logged.files()
    for ask in (Log.checkpoint, Log.integrate, Log.rebuild):
        with pytest.raises(LogDiverged):
            ask(logged.log())
    with pytest.raises(LogDiverged):
        logged.log().proof(StreamKey("archive-a", OTHER), 1)
    assert logged.files() == before
    logged.store = newest
    assert logged.log().checkpoint().size == signed


@pytest.mark.parametrize("left", [None, 0, 48, 70], ids=lambda left: f"{left} bytes")
def test_entries_whose_mark_is_lost_are_not_given_until_the_tiles_are_made_anew(
    logged: Logged, left: int | None
) -> None:
    logged.append(700)
    log = logged.log()
    log.checkpoint()
    marks = logged.folder / "log/marks"
    kept = marks.read_bytes()
    marks.unlink()
    if left is not None:
        marks.write_bytes(kept[:left])
    assert decode_entries(log.tile(Tile(ENTRIES, 0))) == logged.lines[:256]
    with pytest.raises(LogDiverged, match="eval752 log rebuild"):
        log.tile(Tile(ENTRIES, 2, 9))
    log.rebuild()
    assert decode_entries(log.tile(Tile(ENTRIES, 2, 9))) == logged.lines[512:521]


def test_of_two_who_sign_one_is_refused(logged: Logged) -> None:
    logged.append(3)
    one, other = logged.log(), logged.log()
    one.checkpoint()
    logged.append(1)
    other.checkpoint()
    logged.append(1)
    assert one.checkpoint().size == 5


def test_tiles_cost_at_most_34_bytes_a_leaf(logged: Logged) -> None:
    for _ in range(40):
        logged.append(1_000)
    logged.log().checkpoint()
    size = sum(map(len, logged.files().values()))
    assert 32 * 40_000 < size < 34 * 40_000


def test_an_archives_log_has_its_own_streams_and_no_mirror(
    archive: Archive, tmp_path: Path
) -> None:
    record_dataset(archive)
    record_run(archive)
    with open_fixed(tmp_path / "other", "archive-b") as other:
        record_dataset(other)
        export(other, tmp_path / "bundle.zip", DATASET)
    take(archive, tmp_path / "bundle.zip")
    keys = [each for each in archive.store.streams() if each.origin == "archive-a"]
    assert len(keys) == 3
    head = archive.log.checkpoint()
    assert head.size == sum(map(archive.store.version, keys))
    lines = [line for each in keys for page in archive.store.pages(each) for line in page.lines]
    entries = decode_entries(archive.log.tile(Tile(ENTRIES, 0, head.size)))
    assert sorted(entries) == sorted(lines)
