"""A key is replaced by an event, by rotation or as compromised, and by nothing else."""

import shutil
from pathlib import Path

import pytest

from application.stream_state import read_state
from domain.canonical import decode, encode
from domain.errors import InvalidInput, LogDiverged, NotFound, Refused
from interface.bootstrap.archive import Archive
from interface.bootstrap.opening import open_archive
from tests.archives import export, key, open_fixed, record_dataset, types
from tests.key_history import check_keys, heads_of, signers_of
from tests.key_steps import CLAIM, NOW, compromised, ids, rotate, seeds
from tests.story import record_story


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """One with a story."""
    record_story(archive)
    return archive


def test_a_rotation_hands_over_in_one_head_and_destroys_the_old_key(archive: Archive) -> None:
    first = archive.log.checkpoint()
    (old_seed,) = seeds(archive)
    old = archive.signer.key
    changed = archive.key_changes().rotate()
    new = archive.signer.key
    assert (changed.in_force.key, changed.head) == (new.encode(), archive.heads.last())
    assert changed.head
    assert changed.head.size > first.size
    assert signers_of(archive, changed.head) == [old.key_id.hex(), new.key_id.hex()]
    assert old_seed not in seeds(archive)
    assert len(seeds(archive)) == 1
    record_dataset(archive, 1, "dataset/00000000-0000-7000-8000-000000000001")
    assert signers_of(archive, archive.log.checkpoint()) == [new.key_id.hex()]
    check_keys(archive)


def test_nothing_changes_by_opening_the_archive_again(archive: Archive, tmp_path: Path) -> None:
    rotate(archive)
    known = archive.signer.known()
    shutil.copytree(archive.folder, tmp_path / "again")
    with open_fixed(tmp_path / "again", "archive-a") as again:
        assert again.signer.known() == known
        check_keys(again)
    with open_archive(tmp_path / "again", writable=False) as reader:
        assert reader.signer.key.encode() == known[-1].key


def test_a_head_before_a_rotation_is_signed_by_the_old_key_and_one_behind_it_by_both(
    archive: Archive,
) -> None:
    for _ in range(3):
        rotate(archive)
        check_keys(archive)
    assert [len(signers_of(archive, head)) for head in heads_of(archive)] == [1, 2, 2, 2]


def test_an_archive_of_before_there_were_key_events_rotates_too(archive: Archive) -> None:
    own = key(archive, "archive")
    state = decode(archive.store.state(own) or b"", "state")
    assert isinstance(state, dict)
    del state["keys"]
    append = archive.journal().append([])
    append.state = encode(state)
    archive.store.commit([append])
    assert len(ids(archive)) == 1
    rotate(archive)
    assert len(ids(archive)) == 2
    check_keys(archive)
    assert read_state("archive", archive.store.state(own), lambda *_: None).subject


def test_a_compromised_key_signs_nothing_any_more(archive: Archive) -> None:
    archive.log.checkpoint()
    (old_seed,) = seeds(archive)
    old = archive.signer.key.key_id.hex()
    changed = archive.key_changes().compromised("", CLAIM, NOW)
    assert changed.head
    assert signers_of(archive, changed.head) == [changed.in_force.id]
    first, second = archive.signer.known()
    assert (first.id, first.state, first.compromised) == (old, "compromised", CLAIM)
    assert (second.id, second.state) == (changed.in_force.id, "in force")
    assert seeds(archive) & {old_seed} == set()
    check_keys(archive)


def test_a_retired_key_is_compromised_without_a_new_one(archive: Archive) -> None:
    old = archive.signer.key.key_id.hex()
    new = rotate(archive)
    assert compromised(archive, old) == new
    assert ids(archive) == [old, new]
    assert types(archive, "archive")[-2:] == ["key.rotated", "key.compromised"]
    check_keys(archive)


def test_the_same_compromise_again_changes_nothing(archive: Archive) -> None:
    old = archive.signer.key.key_id.hex()
    new = compromised(archive, old, CLAIM)
    position = archive.store.position()
    assert compromised(archive, old, CLAIM) == compromised(archive, old) == new
    assert archive.store.position() == position
    with pytest.raises(Refused, match=CLAIM):
        compromised(archive, old, NOW)


@pytest.mark.parametrize(
    ("key_id", "since", "problem"),
    [
        ("00000000", "", NotFound),
        ("x", "", NotFound),
        ("", "yesterday", InvalidInput),
        ("", "2026-11-23T10:00:00.000001Z", InvalidInput),
    ],
)
def test_a_compromise_of_no_key_or_no_time_is_refused(
    archive: Archive, key_id: str, since: str, problem: type[Exception]
) -> None:
    position = archive.store.position()
    with pytest.raises(problem):
        compromised(archive, key_id, since)
    assert archive.store.position() == position
    check_keys(archive)


def test_an_archive_that_signs_nothing_does_not_rotate_but_a_compromise_is_recorded(
    archive: Archive, tmp_path: Path
) -> None:
    shutil.copytree(archive.folder, tmp_path / "restored")
    record_dataset(archive, 1, "dataset/00000000-0000-7000-8000-000000000001")
    archive.log.checkpoint()
    shutil.copytree(archive.folder / "log", tmp_path / "restored/log", dirs_exist_ok=True)
    with open_fixed(tmp_path / "restored", "archive-a") as restored:
        with pytest.raises(LogDiverged):
            rotate(restored)
        assert len(ids(restored)) == 1
        changed = restored.key_changes().compromised("", "", NOW)
        assert changed.head is None
        assert "begin a new archive" in changed.unsigned
        exported = export(restored, tmp_path / "out.zip")
        assert exported.key == changed.in_force.key
