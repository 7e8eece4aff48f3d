"""A key is replaced by an event, and what is signed is signed by the key in force, always."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.keys import Signed
from application.stream_state import read_state
from domain.bundle.layout import KEYS, NOTE, SEAL_PROOF
from domain.canonical import decode, encode
from domain.errors import ArchiveDamaged, InvalidInput, LogDiverged, NotFound, Refused
from domain.transparency.checkpoint import parse_signed
from domain.transparency.signed_note import VerifierKey
from domain.transparency.tlog_proof import TlogProof
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from infrastructure.signing.keys import COMING, FILE, KeyFiles
from infrastructure.signing.verify import verify_ed25519
from interface.bootstrap.archive import Archive
from interface.bootstrap.on_demand import http_witness
from interface.bootstrap.opening import open_archive
from interface.verifying import verify_file
from tests.archives import DATASET, export, key, member_of, open_fixed, record_dataset, take, types
from tests.authorities import serving
from tests.key_history import check_keys, heads_of, signers_of
from tests.story import record_story
from tests.witnesses import TestWitness

NOW = "2026-11-23T10:00:00.000000Z"
CLAIM = "2026-11-20T00:00:00.000000Z"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_fixed(tmp_path / "archive", "archive-a") as opened:
        record_story(opened)
        yield opened


def ids(archive: Archive) -> list[str]:
    return [each.id for each in archive.signer.known()]


def rotate(archive: Archive) -> str:
    return archive.key_changes().rotate().in_force.id


def compromised(archive: Archive, key_id: str = "", since: str = "") -> str:
    return archive.key_changes().compromised(key_id, since, NOW).in_force.id


def seeds(archive: Archive) -> set[bytes]:
    files = (path for path in archive.folder.rglob("*") if path.is_file())
    return {path.read_bytes() for path in files if b"ed25519_seed" in path.read_bytes()}


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


def handing_over(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rotate the key, and fail before a head is signed by both."""
    archive.log.checkpoint()
    with monkeypatch.context() as patched:
        patched.setattr(type(archive.heads), "add", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rotate(archive)
    assert archive.signer.is_handing_over


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


def seal_signers(archive: Archive, path: Path) -> list[str]:
    proof = TlogProof.parse(member_of(path, SEAL_PROOF))
    note = parse_signed(proof.checkpoint).note
    return [line.key_id.hex() for line in note.signatures]


def trusted(archive: Archive, *which: int) -> Policy:
    known = [archive.signer.known()[place] for place in which]
    keys = [TrustedKey(VerifierKey.parse(each.key), until=each.ended) for each in known]
    return Policy(keys=keys, required=frozenset({Check.INCLUSION}))


def test_a_bundle_is_proved_as_before_and_signed_by_the_key_of_the_day(
    archive: Archive, tmp_path: Path
) -> None:
    before = export(archive, tmp_path / "before.zip")
    rotate(archive)
    after = export(archive, tmp_path / "after.zip")
    assert (before.digest, after.key) == (after.digest, archive.signer.key.encode())
    proofs = [member_of(tmp_path / name, SEAL_PROOF) for name in ("before.zip", "after.zip")]
    assert proofs[0] == proofs[1]
    assert verify_file(tmp_path / "before.zip", trusted(archive, 0, 1)).verified
    assert verify_file(tmp_path / "after.zip", trusted(archive, 0, 1)).verified
    assert not verify_file(tmp_path / "before.zip", trusted(archive, 1)).verified


def test_after_a_compromise_seals_are_proved_anew_by_the_first_head_that_counts(
    archive: Archive, tmp_path: Path
) -> None:
    before = export(archive, tmp_path / "before.zip")
    new = compromised(archive)
    first = archive.heads.last()
    record_dataset(archive, 1, "dataset/00000000-0000-7000-8000-000000000001")
    archive.log.checkpoint()
    for name in ("after.zip", "again.zip"):
        after = export(archive, tmp_path / name)
        assert (after.digest, after.unproven) == (before.digest, "")
        assert seal_signers(archive, tmp_path / name) == [new]
        proof = TlogProof.parse(member_of(tmp_path / name, SEAL_PROOF))
        assert first
        assert proof.checkpoint == first.note
        assert verify_file(tmp_path / name, trusted(archive, 1)).verified
    report = verify_file(tmp_path / "before.zip", trusted(archive, 1))
    for check in (Check.SIGNATURE, Check.INCLUSION):
        assert report.lines[check].outcome is Outcome.NOT_SHOWN


def test_proofs_by_keys_that_are_not_compromised_stay(archive: Archive, tmp_path: Path) -> None:
    first = archive.signer.key.key_id.hex()
    export(archive, tmp_path / "first.zip")
    second = rotate(archive)
    later = "dataset/00000000-0000-7000-8000-000000000001"
    record_dataset(archive, 1, later)
    export(archive, tmp_path / "second.zip", later)
    third = compromised(archive)
    export(archive, tmp_path / "first again.zip")
    export(archive, tmp_path / "second again.zip", later)
    found = [
        seal_signers(archive, tmp_path / f"{name}.zip")
        for name in ("first", "second", "first again", "second again")
    ]
    assert found == [[first], [second], [first], [third]]


def test_a_hand_over_counts_by_the_key_that_is_not_compromised(
    archive: Archive, tmp_path: Path
) -> None:
    first = archive.signer.key.key_id.hex()
    record_dataset(archive, 1, "dataset/00000000-0000-7000-8000-000000000001")
    second = rotate(archive)
    compromised(archive, first)
    export(archive, tmp_path / "out.zip")
    assert seal_signers(archive, tmp_path / "out.zip") == [first, second]
    assert verify_file(tmp_path / "out.zip", trusted(archive, 1)).verified


def test_what_was_imported_from_ourselves_is_signed_anew(archive: Archive, tmp_path: Path) -> None:
    export(archive, tmp_path / "out.zip")
    take(archive, tmp_path / "out.zip")
    compromised(archive)
    export(archive, tmp_path / "again.zip")
    note, keys = (member_of(tmp_path / "again.zip", name) for name in (NOTE, KEYS))
    assert keys.decode() == f"{archive.signer.key.encode()}\n"
    assert archive.signer.counts(note)


def test_a_witness_is_not_shown_heads_that_count_for_nothing(archive: Archive) -> None:
    archive.log.checkpoint()
    compromised(archive)
    witness = TestWitness(archive.signer.key)  # which has forgotten the old key
    with serving(witness) as server:
        asked, witnesser = http_witness(server.url, witness.key.encode()), archive.witnesser()
        shown = [each.size for each in iter(lambda: witnesser.stamp_next(asked), None)]
    last = archive.heads.last()
    assert last
    assert shown == [last.size]


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


def record_one(archive: Archive, number: int) -> None:
    record_dataset(archive, 1, f"dataset/00000000-0000-7000-8000-0000000001{number:02}")


def export_one(archive: Archive, number: int) -> None:
    path = archive.folder / f"{number}.zip"
    export(archive, path, DATASET)
    assert archive.signer.counts(TlogProof.parse(member_of(path, SEAL_PROOF)).checkpoint)
    assert archive.signer.counts(member_of(path, NOTE))


def rotate_unfinished(archive: Archive, _: int) -> None:
    if not archive.signer.is_handing_over:
        with pytest.MonkeyPatch.context() as patched:
            handing_over(archive, patched)


def compromise_some(archive: Archive, number: int) -> None:
    known = ids(archive)
    compromised(archive, known[number % len(known)])


STEPS: list[Callable[[Archive, int], object]] = [
    record_one,
    export_one,
    rotate_unfinished,
    compromise_some,
    lambda archive, _: archive.log.checkpoint(),
    lambda archive, _: rotate(archive),
]


@settings(max_examples=30)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), max_size=14))
def test_whatever_happens_in_whatever_order_heads_are_by_the_key_in_force(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Callable[[Archive, int], object], bool]],
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    with ExitStack() as opened:
        archive = opened.enter_context(open_fixed(folder, "archive-a"))
        record_dataset(archive, 1)
        for number, (step, again) in enumerate(steps):
            step(archive, number)
            if again:
                opened.close()
                archive = opened.enter_context(open_fixed(folder, "archive-a"))
            check_keys(archive)
        archive.log.checkpoint()
        check_keys(archive)
        assert not archive.signer.is_handing_over
        assert len(seeds(archive)) == 1
