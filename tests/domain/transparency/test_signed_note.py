"""Real notes of public logs verify; a note is accepted only as it would be printed."""

import re
from base64 import b64decode, b64encode
from json import loads
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.transparency.signed_note import (
    Note,
    NoteSignature,
    VerifierKey,
    parse,
    valid_signatures,
)

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey("archive.example/one", SECRET.public_key().public_bytes_raw())
TEXT = "eval752 bundle\n\nwith an empty line\n"


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def signed(text: str, *more: NoteSignature) -> Note:
    line = NoteSignature(KEY.name, KEY.key_id, SECRET.sign(text.encode()))
    return Note(text, (line, *more))


def test_the_go_checksum_databases_checkpoint_verifies(notes: Path) -> None:
    note = parse((notes / "checkpoint" / "sumdb_latest.txt").read_bytes())
    provenance = (notes / "checkpoint" / "PROVENANCE.json").read_text()
    [published] = set(re.findall(r"sum\.golang\.org\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", provenance))
    key = VerifierKey.parse(published)
    assert valid_signatures(note, [KEY, key], verify) == [key]
    changed = Note(note.text.replace("57389448", "57389449"), note.signatures)
    assert valid_signatures(changed, [key], verify) == []


def test_rekors_checkpoint_verifies_under_the_key_of_the_trusted_root(notes: Path) -> None:
    note = parse((notes / "checkpoint" / "rekor_v2_checkpoint.txt").read_bytes())
    root = loads((notes / "checkpoint" / "trusted_root.json").read_text())
    [spki] = [
        b64decode(log["publicKey"]["rawBytes"])
        for log in root["tlogs"]
        if log["publicKey"]["keyDetails"] == "PKIX_ED25519"
    ]
    key = VerifierKey("log2025-1.rekor.sigstore.dev", spki[-32:])
    assert valid_signatures(note, [key], verify) == [key]


def test_a_checkpoint_with_witnesses_is_read_whole_and_verifies_for_the_log_alone(
    notes: Path,
) -> None:
    folder = notes / "anchors" / "markovian_log"
    data = (folder / "checkpoint_7397" / "checkpoint_7397.txt").read_bytes()
    note = parse(data)
    assert note.encode() == data
    assert len(note.signatures) == 11
    listed = (folder / "proof_7271" / "keys_unabhaengig.txt").read_text().splitlines()
    lines = [line for line in listed if not line.startswith("#")]
    log = VerifierKey.parse(lines[0])
    assert valid_signatures(note, [log], verify) == [log]
    for witness in lines[1:]:
        with pytest.raises(InvalidInput, match="key type 01"):
            VerifierKey.parse(witness)


def test_a_key_is_read_as_it_is_printed() -> None:
    assert VerifierKey.parse(KEY.encode()) == KEY
    assert KEY.encode() == f"{KEY.name}+{KEY.key_id.hex()}+" + KEY.encode().split("+", 2)[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        KEY.encode() + "\n",
        KEY.encode().upper(),
        KEY.encode().replace("one", "two"),
        KEY.encode().replace(KEY.key_id.hex(), "00000000"),
        KEY.encode()[:-1],
        f"a+00000000+{b64encode(bytes([1]) * 32).decode()}",
        f"a+00000000+{b64encode(bytes([2]) * 33).decode()}",
    ],
)
def test_a_key_that_would_be_printed_otherwise_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="verifier key"):
        VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b", "\ufeff\x85"])
def test_a_name_has_no_spaces_plus_signs_or_controls(name: str) -> None:
    with pytest.raises(InvalidInput, match="a name"):
        VerifierKey(name, KEY.public_key)
    with pytest.raises(InvalidInput, match="a name"):
        NoteSignature(name, bytes(4), b"signature")


def test_a_printed_note_is_read_back_and_verifies() -> None:
    note = signed(TEXT)
    data = note.encode()
    line = note.signatures[0].encode()
    assert data.decode() == f"{TEXT}\n{line}"
    assert parse(data) == note
    assert valid_signatures(parse(data), [KEY], verify) == [KEY]


def test_a_key_counts_once_however_often_it_signed_or_is_asked_for() -> None:
    note = signed(TEXT, *signed(TEXT).signatures)
    assert valid_signatures(note, [KEY, KEY], verify) == [KEY]


def test_a_key_with_one_line_that_does_not_verify_has_not_signed() -> None:
    note = signed(TEXT, NoteSignature(KEY.name, KEY.key_id, bytes(64)))
    assert valid_signatures(note, [KEY], verify) == []


def test_lines_of_other_names_or_ids_are_nobodys() -> None:
    signature = SECRET.sign(TEXT.encode())
    other_name = NoteSignature("archive.example/two", KEY.key_id, signature)
    other_id = NoteSignature(KEY.name, bytes(4), signature)
    assert valid_signatures(Note(TEXT, (other_name, other_id)), [KEY], verify) == []


LINE = NoteSignature(KEY.name, KEY.key_id, SECRET.sign(TEXT.encode())).encode()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "\n\n",
        TEXT,
        TEXT + LINE,
        f"{TEXT}\n{LINE}"[:-1],
        f"{TEXT}\n{LINE}\n",
        f"{TEXT}\n{LINE}x\n",
        f"{TEXT}\n{LINE.replace('—', '-')}",
        f"{TEXT}\n{LINE.replace('— ', '—  ')}",
        f"{TEXT}\n{LINE.replace(' ', chr(0xA0))}",
        f"{TEXT}\r\n{LINE}",
        f"{TEXT}\t\n\n{LINE}",
        f"{TEXT}\n— {KEY.name} {KEY.key_id.hex()}!\n",
        f"{TEXT}\n— {KEY.name} AAAAAA==\n",
        f"{TEXT}\n— {KEY.name} AAAAAAB=\n",
        f"{TEXT}\n— {KEY.name} AAAAAAA\n",
        f"{TEXT}\n" + LINE * 101,
    ],
)
def test_bytes_that_no_note_prints_are_refused(data: str) -> None:
    with pytest.raises(InvalidInput, match="signed note"):
        parse(data.encode())


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(InvalidInput, match="UTF-8"):
        parse(b"\xff" + signed(TEXT).encode())


@given(st.data())
def test_no_changed_byte_leaves_a_signed_note(data: st.DataObject) -> None:
    note = bytearray(signed(TEXT).encode())
    at = data.draw(st.integers(0, len(note) - 1))
    note[at] ^= data.draw(st.integers(1, 255))
    try:
        parsed = parse(bytes(note))
    except InvalidInput:
        return
    assert parsed.encode() == note
    assert valid_signatures(parsed, [KEY], verify) == []
