"""Cosignatures of real witnesses over a real log's head."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import InvalidInput
from domain.transparency import signed_note
from domain.transparency.cosignature import claimed_time, cosigned_message, cosigners
from domain.transparency.signed_note import COSIGNATURE, Note, VerifierKey, lines_of
from domain.transparency.tlog_proof import TlogProof
from infrastructure.signing.verify import verify_ed25519


@pytest.fixture
def note(notes: Path) -> Note:
    path = notes / "anchors/markovian_log/proof_7271/proof_7271.tlog-proof"
    return signed_note.parse(TlogProof.parse(path.read_bytes()).checkpoint)


@pytest.fixture
def keys(notes: Path) -> list[VerifierKey]:
    listed = notes / "anchors/markovian_log/proof_7271/keys_unabhaengig.txt"
    found = []
    for line in listed.read_text().splitlines():
        if not line.startswith("#"):
            try:
                found.append(VerifierKey.parse(line, COSIGNATURE))
            except InvalidInput:  # the log's own key, and keys of ML-DSA
                continue
    return found


def test_the_ed25519_witnesses_of_a_real_log_have_cosigned(
    note: Note, keys: list[VerifierKey]
) -> None:
    assert len(keys) == 5
    assert cosigners(note, keys, verify_ed25519) == keys


def test_a_line_that_was_altered_anywhere_counts_for_nothing(
    note: Note, keys: list[VerifierKey]
) -> None:
    key, others = keys[0], keys[1:]
    (line,) = lines_of(note, key)
    for at in (0, 7, 8, 71):  # of the time, and of the signature
        signature = bytearray(line.signature)
        signature[at] ^= 1
        altered = replace(line, signature=bytes(signature))
        lines = tuple(altered if each == line else each for each in note.signatures)
        for tried in (lines, (*note.signatures, altered)):
            found = cosigners(replace(note, signatures=tried), keys, verify_ed25519)
            assert found == others
    assert cosigners(replace(note, text=f"{note.text}more\n"), keys, verify_ed25519) == []


def test_the_message_is_the_text_behind_a_header_and_the_time() -> None:
    assert cosigned_message("a\n", 1679315147) == b"cosignature/v1\ntime 1679315147\na\n"


def test_a_witness_says_when_it_cosigned_and_no_other_line_does(
    note: Note, keys: list[VerifierKey]
) -> None:
    (line,) = lines_of(note, keys[0])
    time = claimed_time(line)
    assert time is not None
    message = cosigned_message(note.text, time)
    assert verify_ed25519(keys[0].public_key, line.signature[8:], message)
    assert claimed_time(replace(line, signature=line.signature[8:])) is None
