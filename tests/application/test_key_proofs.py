"""What was signed before a key was replaced is proved by the keys that still count."""

from pathlib import Path

import pytest

from domain.bundle.layout import KEYS, NOTE, SEAL_PROOF
from domain.transparency.signed_note import VerifierKey
from domain.transparency.tlog_proof import TlogProof
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from interface.bootstrap.archive import Archive
from interface.bootstrap.on_demand import http_witness
from interface.verifying import verify_file
from tests.archives import export, member_of, record_dataset, take
from tests.authorities import serving
from tests.key_steps import compromised, rotate, seal_signers
from tests.story import record_story
from tests.witnesses import TestWitness


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """One with a story."""
    record_story(archive)
    return archive


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
