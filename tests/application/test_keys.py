"""What is signed is signed by the key in force, whatever fails or happens at the same time."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from application.keys import Signed
from domain.errors import ArchiveDamaged, Refused
from infrastructure.signing.keys import COMING, FILE, KeyFiles
from infrastructure.signing.verify import verify_ed25519
from interface.bootstrap.archive import Archive
from tests.archives import open_fixed, record_dataset
from tests.key_history import check_keys, signers_of
from tests.key_steps import compromised, handing_over, ids, rotate
from tests.story import record_story


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """One with a story."""
    record_story(archive)
    return archive


Change = Callable[[Archive], str]


@pytest.mark.parametrize("change", [rotate, compromised])
def test_a_change_that_cannot_be_recorded_leaves_the_key_in_force(
    archive: Archive, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids(archive)

    def refuse(*_: object) -> None:
        raise Refused("disk", "room", "none")

    with monkeypatch.context() as patched:
        patched.setattr(type(archive.store), "commit", refuse)
        with pytest.raises(Refused):
            change(archive)
    assert ids(archive) == before
    check_keys(archive)
    change(archive)
    assert len(ids(archive)) == 2
    check_keys(archive)


@pytest.mark.parametrize("change", [rotate, compromised])
def test_a_change_that_is_recorded_counts_whatever_is_raised_behind_it(
    archive: Archive, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = type(archive.store).commit

    def told_wrongly(store: object, appends: object) -> None:
        commit(store, appends)  # type: ignore[arg-type]  # as it was called
        raise Refused("disk", "an answer", "none")

    with monkeypatch.context() as patched:
        patched.setattr(type(archive.store), "commit", told_wrongly)
        with pytest.raises(Refused):
            change(archive)
    assert len(ids(archive)) == 2
    check_keys(archive)
    archive.log.checkpoint()
    check_keys(archive)


def test_a_rotation_that_was_cut_short_is_finished_and_not_begun_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    handing_over(archive, monkeypatch)
    assert {path.name for path in (archive.folder / "identity").iterdir()} == {FILE, COMING}
    assert rotate(archive) == ids(archive)[-1]
    assert len(ids(archive)) == 2
    assert not archive.signer.is_handing_over
    check_keys(archive)


@pytest.mark.parametrize("which", [0, 1])
def test_a_compromise_ends_a_hand_over(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    handing_over(archive, monkeypatch)
    new = compromised(archive, ids(archive)[which])
    assert not archive.signer.is_handing_over
    last = archive.heads.last()
    assert last
    assert signers_of(archive, last) == [new]
    assert len(ids(archive)) == 2 + which
    check_keys(archive)


def test_the_archive_does_not_open_without_the_key_in_force(tmp_path: Path) -> None:
    folder, events = tmp_path / "archive", tmp_path / "archive/events.sqlite3"
    with open_fixed(folder, "archive-a") as archive:
        record_dataset(archive, 1)
    older = events.read_bytes()
    with open_fixed(folder, "archive-a") as archive:
        rotate(archive)
    newest = events.read_bytes()
    events.write_bytes(older)
    with pytest.raises(ArchiveDamaged, match="newest database"), open_fixed(folder, "archive-a"):
        pass
    events.write_bytes(newest)
    with open_fixed(folder, "archive-a") as archive:
        check_keys(archive)


def test_what_is_signed_meanwhile_is_signed_by_a_key_in_force(archive: Archive) -> None:
    signed: list[Signed] = []
    stop = Event()

    def keep_signing() -> None:
        while not stop.is_set():
            signed.append(archive.signer.sign(b"one", b"two"))

    threads = [Thread(target=keep_signing) for _ in range(4)]
    for thread in threads:
        thread.start()
    ends: list[int] = []
    for change in (rotate, compromised, rotate, rotate):
        change(archive)
        ends.append(len(signed) + len(threads))  # each may have been about to append one
    stop.set()
    for thread in threads:
        thread.join()
    for by, signatures in signed:
        messages = zip(signatures, (b"one", b"two"), strict=True)
        assert all(verify_ed25519(by.public_key, *each) for each in messages)
    for end, old in zip(ends, ids(archive), strict=False):
        assert old not in {by.key_id.hex() for by, _ in signed[end:]}
    check_keys(archive)


def test_a_key_that_no_event_tells_of_signs_nothing(archive: Archive) -> None:
    files = KeyFiles(archive.folder / "identity", "archive-a")
    files.prepare()
    archive.signer.follow()
    check_keys(archive)
    assert not archive.signer.is_handing_over


def test_a_compromised_key_that_cannot_be_destroyed_signs_nothing_either(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = archive.log.checkpoint()

    def refuse(_: KeyFiles) -> None:
        raise Refused("identity", "a place to write", "none")

    with monkeypatch.context() as patched:
        patched.setattr(KeyFiles, "promote", refuse)
        for ask in (compromised, lambda opened: opened.signer.sign(b""), rotate):
            with pytest.raises(Refused):
                ask(archive)
        with pytest.raises(Refused):
            archive.log.checkpoint()
    assert archive.heads.last() == first
    archive.log.checkpoint()
    check_keys(archive)
