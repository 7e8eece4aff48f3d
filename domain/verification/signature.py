"""Check 9: who signed the bundle digest (format, section 10).

A key that travels with a bundle proves nothing about whose it is; only a key that the verifier
already has makes this check pass. Not here: Ed25519 itself, which is handed in.
"""

from domain.bundle import layout
from domain.bundle.manifest import Manifest
from domain.bundle.members import Members
from domain.bundle.note import note_text
from domain.errors import Eval752Error, InvalidInput
from domain.transparency import signed_note
from domain.transparency.signed_note import Note, VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, VerifySignature
from domain.verification.report import Report


def check_signature(
    members: Members,
    manifest: Manifest,
    report: Report,
    policy: Policy,
    verify: VerifySignature | None,
) -> None:
    """Check 9: the note in ``proof/``, by trusted keys or else by the key that came with it."""
    names = set(members.names())
    if layout.NOTE not in names:
        report.settle(Check.SIGNATURE, Outcome.NOT_SHOWN, "the bundle is not signed")
        return
    try:
        note = signed_note.parse(b"".join(members.chunks(layout.NOTE)))
        carried = _carried_key(members, names)
        _check_text(note, manifest, report)
    except Eval752Error as problem:
        report.fail_with(Check.SIGNATURE, problem)
        return
    if verify is None:
        why = "this Python has no Ed25519; install the package cryptography"
        report.settle(Check.SIGNATURE, Outcome.NOT_SHOWN, why)
    else:
        _check_keys(note, carried, report, policy, verify)


def _carried_key(members: Members, names: set[str]) -> VerifierKey | None:
    if layout.KEYS not in names:
        return None
    text = b"".join(members.chunks(layout.KEYS)).decode("utf-8", "replace")
    if not text.endswith("\n") or text.count("\n") != 1:
        raise InvalidInput(layout.KEYS, "one line", repr(text[:80]))
    return VerifierKey.parse(text[:-1])


def _check_text(note: Note, manifest: Manifest, report: Report) -> None:
    signer = [*note.text.split("\n"), ""][1]
    expected = note_text(signer, report.digest, manifest)
    if note.text != expected:
        raise InvalidInput(layout.NOTE, repr(expected), repr(note.text[:400]))


def _check_keys(
    note: Note,
    carried: VerifierKey | None,
    report: Report,
    policy: Policy,
    verify: VerifySignature,
) -> None:
    trusted = signed_note.valid_signatures(note, list(policy.keys), verify)
    if trusted:
        told = f"signed by {trusted[0].name}, a key that you trust"
        report.settle(Check.SIGNATURE, Outcome.PASSED, told)
        return
    if carried and not signed_note.valid_signatures(note, [carried], verify):
        report.fail(
            Check.SIGNATURE, layout.NOTE, f"a signature by {carried.encode()}", "none valid"
        )
        return
    told = f"signed by a key of {carried.name}" if carried else "signed"
    why = f"{told}, not shown to be anyone's: compare {layout.KEYS} with a key that you trust"
    report.settle(Check.SIGNATURE, Outcome.NOT_SHOWN, why)
