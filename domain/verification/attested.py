"""Of check 9, the attestation: an archive says of the run what its bundle shows, and no more.

It need not be there; one that is must be signed by whoever signed the note, and say what follows
from the events. Not here: whose key it is (``signature``).
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.bundle import layout
from domain.bundle.attestation import Envelope, keyid, read_envelope, statement, to_sign
from domain.bundle.history import History
from domain.bundle.members import Members, read_whole
from domain.errors import InvalidInput
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import VerifySignature
from domain.verification.report import Report


class Signers(NamedTuple):
    """The keys that are at hand, those of them that signed the note, and Ed25519 if there is."""

    known: Sequence[VerifierKey]
    of_note: Sequence[VerifierKey]
    verify: VerifySignature | None


def check_attestation(members: Members, history: History, report: Report, signers: Signers) -> None:
    """Check the signature over the stored bytes, and then the bytes: they are never parsed."""
    if layout.ATTESTATION not in members.names():
        return
    try:
        data = read_whole(members, layout.ATTESTATION, layout.MAX_PROOF_BYTES)
        envelope = read_envelope(data)
    except InvalidInput as problem:
        report.fail_with(Check.SIGNATURE, problem)
        return
    _check_signer(envelope, report, signers)
    if not report.failed(Check.EVENTS, Check.STREAM, Check.TREE):
        _check_statement(envelope.payload, statement(report.sums, history), report)


def _check_signer(envelope: Envelope, report: Report, signers: Signers) -> None:
    """The hint picks a key among those at hand; only the signature tells that it is that one."""
    named = [key for key in signers.known if keyid(key) == envelope.keyid]
    message = to_sign(envelope.payload)
    for key in dict.fromkeys(named):
        if signers.verify and not signers.verify(key.public_key, envelope.signature, message):
            expected = f"a signature by {key.encode()}"
            report.fail(Check.SIGNATURE, layout.ATTESTATION, expected, "none that is valid")
    if signers.of_note and not named:
        expected = f"a signature by a key that signed {layout.NOTE}"
        report.fail(Check.SIGNATURE, layout.ATTESTATION, expected, f"one by {envelope.keyid!r}")


def _check_statement(payload: bytes, expected: bytes | None, report: Report) -> None:
    place = f"{layout.ATTESTATION}, payload"
    if expected is None:
        report.fail(Check.SIGNATURE, place, "none, as there is no whole run", "one")
    elif payload != expected:
        found = payload.decode("utf-8", "replace")
        report.fail(Check.SIGNATURE, place, expected.decode(), found)
