"""Check 9: who signed the bundle digest, and what they attest (format, section 10).

A key that travels with a bundle proves nothing about whose it is; only a key that the verifier
already has makes this check pass. Not here: Ed25519 itself, which is handed in.
"""

from collections.abc import Mapping, Sequence

from domain.bundle import layout
from domain.bundle.history import History
from domain.bundle.manifest import Manifest
from domain.bundle.members import Members, read_whole
from domain.bundle.note import note_text
from domain.errors import Eval752Error, InvalidInput, shown
from domain.syntax import is_origin
from domain.transparency import signed_note
from domain.transparency.signed_note import Note, VerifierKey
from domain.verification.attested import Signers, check_attestation
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, Trust, TrustedKey, VerifySignature
from domain.verification.report import Report


def check_signature(
    members: Members, manifest: Manifest, history: History, report: Report, trust: Trust
) -> None:
    """Check 9: the note in ``proof/``, by trusted keys or else by the key that came with it."""
    try:
        carried = carried_key(members)
        note = _note(members)
        signer = _check_text(note, carried, manifest, report.sums) if note else ""
    except Eval752Error as problem:
        report.fail_with(Check.SIGNATURE, problem)
        return
    trusted = trust.policy.trusted(signer)
    known = [*(each.key for each in trusted), *([carried] if carried else ())]
    valid: Sequence[VerifierKey] = ()
    if note is None:
        report.settle(Check.SIGNATURE, Outcome.NOT_SHOWN, "the bundle is not signed")
    elif trust.verify is None:
        why = "this Python has no Ed25519; install the package cryptography"
        report.settle(Check.SIGNATURE, Outcome.NOT_SHOWN, why)
    else:
        valid = _check_keys(note, carried, known, report, trust.verify)
        sealed = last_seal(history)
        signers = {each: each.objection(sealed) for each in trusted if each.key in valid}
        _settle(report, trust.policy, signer, carried, signers)
    check_attestation(members, history, report, Signers(known, valid, trust.verify))


def last_seal(history: History) -> str:
    """The time of the last seal by its archive's clock, or "": keys vouch for a time."""
    return max((head.at for head in history.heads.values()), default="")


def carried_key(members: Members) -> VerifierKey | None:
    """The key that came with the bundle, which shows nothing of whose it is.

    Raises:
        InvalidInput: when it is none.
    """
    if layout.KEYS not in members.names():
        return None
    data = read_whole(members, layout.KEYS, layout.MAX_PROOF_BYTES)
    text = data.decode("utf-8", "replace")
    if not text.endswith("\n") or text.count("\n") != 1:
        raise InvalidInput(layout.KEYS, "one line", shown(text[:80]))
    return VerifierKey.parse(text[:-1])


def _note(members: Members) -> Note | None:
    if layout.NOTE not in members.names():
        return None
    return signed_note.parse(read_whole(members, layout.NOTE, layout.MAX_PROOF_BYTES))


def _check_text(note: Note, carried: VerifierKey | None, manifest: Manifest, digest: str) -> str:
    """Return the signer whom the text names, and under whose name alone a signature counts."""
    signer = [*note.text.split("\n"), ""][1]
    expected = note_text(signer, digest, manifest)
    if note.text != expected or not is_origin(signer):
        raise InvalidInput(layout.NOTE, ascii(expected), ascii(note.text))
    if carried and carried.name != signer:
        raise InvalidInput(layout.KEYS, f"a key of {signer}", carried.encode())
    return signer


def _check_keys(
    note: Note,
    carried: VerifierKey | None,
    known: Sequence[VerifierKey],
    report: Report,
    verify: VerifySignature,
) -> Sequence[VerifierKey]:
    """Return who signed. The carried key must have; a trusted one where the note says so."""
    valid = signed_note.valid_signatures(note, known, verify)
    for key in dict.fromkeys(known):
        if key not in valid and (key == carried or signed_note.lines_of(note, key)):
            expected = f"a signature by {key.encode()}"
            report.fail(Check.SIGNATURE, layout.NOTE, expected, "none that is valid")
    return valid


def _settle(
    report: Report,
    policy: Policy,
    signer: str,
    carried: VerifierKey | None,
    objections: Mapping[TrustedKey, str],
) -> None:
    """Say whose signature counts, or else why none does."""
    if "" in objections.values():
        told = f"signed by {signer}, a key that you trust"
        report.settle(Check.SIGNATURE, Outcome.PASSED, told)
        return
    if objections:
        trusted, objection = next(iter(objections.items()))
        why = f"signed by {signer}, with the key {trusted.key.key_id.hex()}: {objection}"
    elif policy.keys and not policy.trusted(signer):
        why = f"signed in the name of {signer}, an origin that you do not trust"
    else:
        told = f"signed by a key of {signer}" if carried else "signed, and no key to check it"
        why = f"{told}, not shown to be anyone's: compare {layout.KEYS} with a key that you trust"
    report.settle(Check.SIGNATURE, Outcome.NOT_SHOWN, why)
