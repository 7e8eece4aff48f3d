from pathlib import Path

import pytest

from domain.bundle.layout import ATTESTATION, KEYS, NOTE
from domain.errors import Refused, StorageFull
from infrastructure.content.proofs import FileProofs
from tests.full_disks import files_of_at_most

DIGEST = "d" * 64
SET = {ATTESTATION: b"attested", NOTE: b"note", KEYS: b"key"}


def test_what_was_kept_is_there_again_whole(tmp_path: Path) -> None:
    proofs = FileProofs(tmp_path)
    assert proofs.get(DIGEST) == {}
    proofs.put(DIGEST, SET)
    assert FileProofs(tmp_path).get(DIGEST) == SET
    assert proofs.get("e" * 64) == {}


def test_an_attestation_comes_to_the_note_that_it_belongs_to(tmp_path: Path) -> None:
    proofs = FileProofs(tmp_path)
    proofs.put(DIGEST, {NOTE: SET[NOTE], KEYS: SET[KEYS]})
    proofs.put(DIGEST, {**SET, NOTE: b"another's"})
    assert proofs.get(DIGEST) == {NOTE: SET[NOTE], KEYS: SET[KEYS]}
    proofs.put(DIGEST, SET)
    assert proofs.get(DIGEST) == SET


def test_who_signed_first_stays(tmp_path: Path) -> None:
    proofs = FileProofs(tmp_path)
    proofs.put(DIGEST, SET)
    proofs.put(DIGEST, {ATTESTATION: b"x", NOTE: b"x", KEYS: b"x"})
    proofs.put(DIGEST, {})
    assert proofs.get(DIGEST) == SET


def test_what_broke_off_is_not_mixed_with_what_comes_next(tmp_path: Path) -> None:
    proofs = FileProofs(tmp_path)
    with files_of_at_most(1000), pytest.raises(StorageFull):
        proofs.put(DIGEST, {ATTESTATION: b"another's", NOTE: bytes(2000)})
    proofs.put(DIGEST, SET)
    assert proofs.get(DIGEST) == SET


def test_a_folder_that_takes_nothing_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "proofs").touch()
    with pytest.raises(Refused, match="a place to write"):
        FileProofs(tmp_path / "proofs").put(DIGEST, SET)


def test_a_proof_can_take_the_place_of_one_that_counts_no_more(tmp_path: Path) -> None:
    proofs = FileProofs(tmp_path)
    proofs.replace(DIGEST, {NOTE: b"first"})
    proofs.replace(DIGEST, {NOTE: b"second"})
    assert FileProofs(tmp_path).get(DIGEST) == {NOTE: b"second"}
