"""A tlog-proof is read as it is written, and in no other way; a real one verifies."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.transparency import signed_note
from domain.transparency.checkpoint import parse_signed
from domain.transparency.merkle import leaf_hash
from domain.transparency.proofs import ProofMismatch, verify_inclusion
from domain.transparency.signed_note import VerifierKey
from domain.transparency.tlog_proof import TlogProof
from infrastructure.signing.verify import verify_ed25519

HASH = bytes(32)
PROOF = TlogProof(5, (HASH, HASH), b"a checkpoint\n").encode()


@given(st.integers(0, 2**62), st.lists(st.binary(min_size=32, max_size=32), max_size=63),
       st.binary(max_size=80), st.binary(max_size=20))  # fmt: skip
def test_every_proof_is_read_back(
    index: int, hashes: list[bytes], checkpoint: bytes, extra: bytes
) -> None:
    proof = TlogProof(index, (*hashes,), checkpoint, extra)
    assert TlogProof.parse(proof.encode()) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"c2sp", b"\xff2sp"),
        (b"index 5", b"index 05"),
        (b"index 5", b"index -1"),
        (b"index 5", b"Index 5"),
        (b"index 5\n", b""),
        (b"index 5", b"extra \nindex 5"),
        (b"index 5", b"index 5 "),
        (b"index 5", b"index 5\nindex 5"),
        (b"AAA=\n", b"AAB=\n"),
        (b"AAA=\n", b"AAA\n"),
        (b"\n\n", b"\n"),
        (b"\n", b"\r\n"),
    ],
)
def test_any_other_bytes_are_refused(old: bytes, new: bytes) -> None:
    assert old in PROOF
    with pytest.raises(InvalidInput):
        TlogProof.parse(PROOF.replace(old, new))


def test_a_proof_of_more_than_63_hashes_is_none() -> None:
    with pytest.raises(InvalidInput):
        TlogProof(0, (HASH,) * 64, b"")
    line = PROOF.split(b"\n")[2] + b"\n"
    with pytest.raises(InvalidInput):
        TlogProof.parse(PROOF.replace(b"index 5\n", b"index 5\n" + line * 1_000))


def test_the_proof_of_a_real_log_verifies_and_holds_for_no_other_entry(notes: Path) -> None:
    folder = notes / "anchors/markovian_log/proof_7271"
    proof = TlogProof.parse((folder / "proof_7271.tlog-proof").read_bytes())
    checkpoint, note = parse_signed(proof.checkpoint)
    leaf = leaf_hash((folder / "leaf_7271.raw").read_bytes())
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    with pytest.raises(ProofMismatch):
        verify_inclusion(
            leaf_hash(b""), proof.index, checkpoint.size, proof.hashes, checkpoint.root
        )
    keys = (folder / "keys_unabhaengig.txt").read_text("utf-8").splitlines()
    log = next(line for line in keys if line.startswith("markovianprotocol.com/log+"))
    key = VerifierKey.parse(log)
    assert signed_note.valid_signatures(note, [key], verify_ed25519) == [key]
