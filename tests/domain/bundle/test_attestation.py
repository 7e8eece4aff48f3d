"""The attestation: what a second writing signs, and what DSSE code that is not ours accepts."""

import json
import re
from base64 import b64decode
from typing import Any

import pytest
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # not in its __all__

from domain.bundle import attestation
from domain.bundle.attestation import Envelope, keyid, read_envelope, to_sign
from domain.errors import InvalidInput
from domain.syntax import DIGEST, INDEX, UUID
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from scripts.attestation_by_hand import ATTESTATION, attested, statement
from scripts.bundle_by_hand import ARCHIVE, KEYS, Signer, build, closed
from scripts.conformance_fixture import whole
from scripts.recordings import ASSETS, SMALL, everything
from tests.conftest import shared_folder
from tests.members import report_on
from tests.tables import PAGE

SOUND = attested(whole(SMALL))
KEY = VerifierKey.parse(ARCHIVE.verifier_key)


def their_key(key: VerifierKey) -> SSlibKey:
    return SSlibKey(keyid(key), "ed25519", "ed25519", {"public": key.public_key.hex()})


def said(data: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(b64decode(json.loads(data)["payload"]))
    return document


def test_code_that_we_did_not_write_accepts_the_signature() -> None:
    envelope = TheirEnvelope.from_dict(json.loads(SOUND[ATTESTATION]))
    assert envelope.payload_type == "application/vnd.in-toto+json"
    assert [*envelope.verify([their_key(KEY)], 1)] == [keyid(KEY)]
    other = VerifierKey(KEY.name, bytes(32))
    with pytest.raises(VerificationError):
        envelope.verify([SSlibKey(keyid(KEY), *("ed25519",) * 2, their_key(other).keyval)], 1)


def test_what_we_sign_is_what_they_sign() -> None:
    for payload in (b"", b"hello world", "ä".encode(), bytes(300)):
        theirs = TheirEnvelope(payload, attestation.PAYLOAD_TYPE, {})
        assert to_sign(payload) == theirs.pae()


def test_the_encoding_is_that_of_the_vector() -> None:
    page = (shared_folder("vectors/dsse") / "protocol.md").read_text()
    blocks = re.findall(r"```none\n(.*?)\n```", page.partition("## Test Vectors")[2], re.DOTALL)
    body, kind, encoded = blocks[:3]
    assert to_sign(body.encode(), kind) == encoded.encode()


def test_the_page_shows_what_is_signed() -> None:
    section = PAGE.partition("## 10. Proofs")[2].partition("## 11.")[0]
    (block,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    shown = json.loads(block)

    def outline(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: outline(member) for name, member in value.items()}
        return [*map(outline, value)] if isinstance(value, list) else type(value)

    assert outline(shown) == outline(statement(SOUND))
    assert shown["_type"] == attestation.STATEMENT_TYPE
    assert shown["predicateType"] == attestation.PREDICATE_TYPE


def leaves(value: Any) -> list[str]:
    """The values in a document, as texts."""
    if isinstance(value, dict):
        value = [*value.values()]
    return (
        [leaf for each in value for leaf in leaves(each)]
        if isinstance(value, list)
        else [str(value)]
    )


def test_it_holds_fixed_words_ids_digests_and_counts_alone() -> None:
    told = statement(closed(build(everything(), assets=ASSETS)))
    fixed = {attestation.STATEMENT_TYPE, attestation.PREDICATE_TYPE, "SHA256SUMS", "config"}
    known = re.compile(rf"{DIGEST}|(dataset|run)/{UUID}|{INDEX}|PASSED|WARNED|FAILED")
    assert [leaf for leaf in leaves(told) if leaf not in fixed and not known.fullmatch(leaf)] == []


def test_what_is_withheld_changes_nothing_but_the_bundle_digest() -> None:
    full = closed(build(everything(), assets=ASSETS))
    hidden = closed(build(everything(), withhold={"question", "config", "score"}, assets=ASSETS))
    told, less = statement(full), statement(hidden)
    assert told["subject"][0].pop("digest") != less["subject"][0].pop("digest")
    assert told == less


def test_an_envelope_is_read_as_it_is_printed() -> None:
    data = SOUND[ATTESTATION]
    envelope = read_envelope(data)
    assert envelope.encode() == data
    assert envelope.keyid == keyid(KEY)
    empty = Envelope(b"", "", b"")
    assert read_envelope(empty.encode()) == empty


@pytest.mark.parametrize(("old", "new"), [(b"=", b""), (b'"sig"', b'"Sig"'), (b"}\n", b"}\n\n")])
def test_any_other_envelope_is_refused(old: bytes, new: bytes) -> None:
    data = SOUND[ATTESTATION]
    assert old in data
    with pytest.raises(InvalidInput, match="attestation"):
        read_envelope(data.replace(old, new, 1))


def outcome(members: dict[str, bytes], *keys: TrustedKey) -> Outcome:
    return report_on(members, Policy(keys=keys)).lines[Check.SIGNATURE].outcome


def test_it_shows_nothing_more_than_the_note() -> None:
    trusted = TrustedKey(KEY)
    assert outcome(SOUND, trusted) is Outcome.PASSED
    assert outcome(SOUND) is Outcome.NOT_SHOWN
    without = {name: data for name, data in SOUND.items() if name != "proof/bundle.note"}
    assert outcome(without, trusted) is Outcome.NOT_SHOWN


def test_a_key_of_the_verifiers_that_did_not_sign_does_not_make_it_fail() -> None:
    bare = {name: data for name, data in SOUND.items() if name != KEYS}
    rotated = TrustedKey(VerifierKey.parse(Signer(ARCHIVE.name, "another").verifier_key))
    assert outcome(bare, rotated) is Outcome.NOT_SHOWN
