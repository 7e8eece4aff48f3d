from base64 import b64encode
from collections.abc import Mapping, Sequence

import pytest

from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from domain.verification.report import Line
from domain.verification.verify import verify
from scripts.bundle_by_hand import ARCHIVE, KEYS, NOTE, Signer, note_text, signed, summed
from scripts.conformance_fixture import whole
from scripts.recordings import SMALL
from tests.members import DictMembers, report_on

SOUND = whole(SMALL)
BARE = summed(SOUND)
OTHER = Signer("archive-0000", "another key")
DOUBLE = Signer(ARCHIVE.name, "another key")


def line_of(members: Mapping[str, bytes], *trusted: Signer) -> Line:
    keys = [TrustedKey(VerifierKey.parse(signer.verifier_key)) for signer in trusted]
    return report_on(members, Policy(keys=keys)).lines[Check.SIGNATURE]


def noted(*lines: bytes, keys: Signer | None = None) -> dict[str, bytes]:
    text = note_text(BARE)
    carried = {KEYS: f"{keys.verifier_key}\n".encode()} if keys else {}
    return {**BARE, NOTE: text + b"\n" + b"".join(lines), **carried}


def by(signer: Signer, named: str = "") -> bytes:
    return Signer(named or signer.name, signer.seed).line(note_text(BARE))


def test_only_a_key_that_the_verifier_has_makes_it_pass() -> None:
    trusted = line_of(SOUND, OTHER, ARCHIVE)
    assert trusted.outcome is Outcome.PASSED
    assert trusted.detail == "signed by archive-7f3a, a key that you trust"
    unknown = line_of(SOUND)
    assert unknown.outcome is Outcome.NOT_SHOWN
    assert unknown.detail.startswith("signed by a key of archive-7f3a, not shown to be anyone's")


def test_what_is_not_signed_is_not_shown() -> None:
    for members in (BARE, {**BARE, KEYS: SOUND[KEYS]}):
        line = line_of(members, ARCHIVE)
        assert (line.outcome, line.detail) == (Outcome.NOT_SHOWN, "the bundle is not signed")


def test_a_key_need_not_travel_with_the_bundle() -> None:
    assert line_of(noted(by(ARCHIVE)), ARCHIVE).outcome is Outcome.PASSED
    line = line_of(noted(by(ARCHIVE)))
    assert line.outcome is Outcome.NOT_SHOWN
    assert line.detail.startswith("signed, and no key to check it")


@pytest.mark.parametrize("trusted", [(), (OTHER,), (DOUBLE,), (DOUBLE, OTHER)])
def test_other_keys_show_nothing(trusted: Sequence[Signer]) -> None:
    assert line_of(SOUND, *trusted).outcome is Outcome.NOT_SHOWN


def test_a_signature_counts_under_the_name_that_the_text_gives_alone() -> None:
    under_another = noted(by(OTHER))
    assert line_of(under_another, OTHER).outcome is Outcome.NOT_SHOWN
    renamed = noted(by(ARCHIVE, named="archive-0000"))
    assert line_of(renamed, Signer("archive-0000", ARCHIVE.seed)).outcome is Outcome.NOT_SHOWN


def test_lines_of_others_change_nothing() -> None:
    witnessed = noted(by(OTHER), by(ARCHIVE), by(Signer("w.example/1", "w")), keys=ARCHIVE)
    assert line_of(witnessed, ARCHIVE).outcome is Outcome.PASSED


def test_a_trusted_key_must_have_signed_where_the_note_says_so() -> None:
    signature = DOUBLE.private.sign(note_text(BARE))
    data = b64encode(ARCHIVE.key_id + signature).decode()
    mixed = f"— {ARCHIVE.name} {data}\n".encode()
    line = line_of(noted(mixed, by(DOUBLE), keys=DOUBLE), ARCHIVE)
    assert line.outcome is Outcome.FAILED
    assert ARCHIVE.verifier_key in line.findings[0].expected


def test_the_key_that_travels_along_must_have_signed_even_beside_a_trusted_one() -> None:
    swapped = {**SOUND, KEYS: f"{DOUBLE.verifier_key}\n".encode()}
    line = line_of(swapped, ARCHIVE)
    assert line.outcome is Outcome.FAILED
    assert DOUBLE.verifier_key in line.findings[0].expected


@pytest.mark.parametrize("name", ["Archive", "a rchive", "archive_1", "ärchiv", "", "-a"])
def test_a_signer_is_an_archive(name: str) -> None:
    text = note_text(BARE, name)
    line = line_of({**BARE, NOTE: ARCHIVE.note(text)}, ARCHIVE)
    assert line.outcome is Outcome.FAILED


def test_a_signature_by_a_key_that_signed_another_bundle_fails() -> None:
    line = line_of({**whole(SMALL[:1]), NOTE: SOUND[NOTE], KEYS: SOUND[KEYS]}, ARCHIVE)
    assert line.outcome is Outcome.FAILED


@pytest.mark.parametrize("name", [NOTE, KEYS])
def test_a_proof_beyond_its_limit_is_not_read(name: str) -> None:
    line = line_of({**SOUND, name: SOUND[name] + b"a" * 2**16})
    assert line.findings[0].expected == "at most 65536 bytes"


def test_without_ed25519_nothing_is_shown_and_nothing_fails() -> None:
    key = TrustedKey(VerifierKey.parse(ARCHIVE.verifier_key))
    line = verify(DictMembers(SOUND), Policy(keys=[key]), None).lines[Check.SIGNATURE]
    assert line.outcome is Outcome.NOT_SHOWN
    assert "cryptography" in line.detail
    broken = {**SOUND, NOTE: b"no note"}
    line = verify(DictMembers(broken), Policy(), None).lines[Check.SIGNATURE]
    assert line.outcome is Outcome.FAILED


def test_another_may_sign_a_bundle_again() -> None:
    assert line_of(signed(BARE, OTHER), OTHER).outcome is Outcome.PASSED
