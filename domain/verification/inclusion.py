"""Check 10: the bundle's last seal stands in the log of the archive that recorded it (format, 10).

The proof leads to a checkpoint; only a key that the verifier trusts makes that the archive's. Not
here: whether the log was ever rewritten, which takes a checkpoint from another time.
"""

from contextlib import suppress
from typing import Final, NamedTuple

from domain.bundle import layout
from domain.bundle.members import Members, read_whole
from domain.errors import Eval752Error, InvalidInput
from domain.syntax import MAX_INTEGER
from domain.transparency import signed_note
from domain.transparency.checkpoint import SignedCheckpoint, parse_signed
from domain.transparency.merkle import leaf_hash
from domain.transparency.proofs import verify_inclusion
from domain.transparency.signed_note import Note, VerifierKey
from domain.transparency.tlog_proof import TlogProof
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Trust, VerifySignature
from domain.verification.report import Report
from domain.verification.signature import carried_key
from domain.verification.walk import LastEvent

NO_PROOF: Final = "the bundle carries no such proof"


def check_inclusion(
    members: Members, seal: LastEvent, sealed: str, report: Report, trust: Trust
) -> None:
    """Check 10: the proof of the bundle's last event that came with it, by trusted keys.

    Those count that are trusted for what was ``sealed`` then.
    """
    if layout.SEAL_PROOF not in members.names():
        report.settle(Check.INCLUSION, Outcome.NOT_SHOWN, NO_PROOF)
        return
    try:
        proof, (checkpoint, note) = read_seal_proof(members, seal.origin)
        verify_inclusion(
            leaf_hash(seal.line), proof.index, checkpoint.size, proof.hashes, checkpoint.root
        )
    except Eval752Error as problem:
        report.fail_with(Check.INCLUSION, problem)
        return
    origin = seal.origin
    told = f"event {proof.index + 1} of {checkpoint.size} in the log of {origin}"
    if trust.verify is None:
        why = f"{told}, by a head that cannot be checked: this Python has no Ed25519"
        report.settle(Check.INCLUSION, Outcome.NOT_SHOWN, why)
        return
    trusted = trust.policy.trusted(origin)
    known = [each.key for each in trusted]
    _check_keys(note, [*known, *_carried(members, origin)], report, trust.verify)
    valid = signed_note.valid_signatures(note, known, trust.verify)
    objections = [each.objection(sealed) for each in trusted if each.key in valid]
    if "" in objections:
        told += ", whose head a key that you trust has signed"
        report.settle(Check.INCLUSION, Outcome.PASSED, told)
        return
    because = f", {objections[0]}" if objections else ""
    why = f"{told}, by a head that no key you trust has signed{because}"
    report.settle(Check.INCLUSION, Outcome.NOT_SHOWN, why)


class SealProof(NamedTuple):
    """The proof that came with a bundle, and the checkpoint that it leads to."""

    proof: TlogProof
    signed: SignedCheckpoint


def read_seal_proof(members: Members, origin: str) -> SealProof:
    """Read the proof, whose checkpoint must be of this origin.

    Raises:
        InvalidInput: when it is none.
    """
    if layout.SEAL_PROOF not in members.names():
        raise InvalidInput(layout.SEAL_PROOF, "a proof by the log", "none")
    proof = TlogProof.parse(read_whole(members, layout.SEAL_PROOF, layout.MAX_PROOF_BYTES))
    signed = parse_signed(proof.checkpoint)
    if signed.checkpoint.origin != origin:
        found = ascii(signed.checkpoint.origin[:140])
        raise InvalidInput(layout.SEAL_PROOF, f"a checkpoint of {origin}", found)
    if signed.checkpoint.size > MAX_INTEGER:
        raise InvalidInput(layout.SEAL_PROOF, f"a size up to {MAX_INTEGER}", "a larger one")
    if proof.extra or signed.checkpoint.extensions:
        expected = "neither extra data nor extension lines"
        raise InvalidInput(layout.SEAL_PROOF, expected, "some that nobody looks at")
    return SealProof(proof, signed)


def _carried(members: Members, origin: str) -> list[VerifierKey]:
    """The key that came along, if it is in the archive's name; check 9 tells of one that is bad."""
    with suppress(InvalidInput):
        key = carried_key(members)
        return [key] if key and key.name == origin else []
    return []


def _check_keys(
    note: Note, known: list[VerifierKey], report: Report, verify: VerifySignature
) -> None:
    """A key that is known must have signed where the checkpoint says so."""
    valid = signed_note.valid_signatures(note, known, verify)
    for key in dict.fromkeys(known):
        if key not in valid and signed_note.lines_of(note, key):
            expected = f"a signature by {key.encode()}"
            report.fail(Check.INCLUSION, layout.SEAL_PROOF, expected, "none that is valid")
