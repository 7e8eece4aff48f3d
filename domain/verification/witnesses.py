"""Check 13: witnesses of the verifier have seen the log's head that has the seal (format, 10).

Distinct keys of the policy are counted, and enough of them must have cosigned; the log's own key
never counts. Not here: whether the seal stands in that log (check 10).
"""

from collections.abc import Iterator

from domain.bundle import layout
from domain.bundle.members import Members, read_whole
from domain.transparency import signed_note
from domain.transparency.cosignature import cosigners
from domain.transparency.signed_note import Note, VerifierKey, lines_of
from domain.transparency.tlog_proof import TlogProof
from domain.verification.checks import Check, Outcome
from domain.verification.inclusion import NO_PROOF
from domain.verification.policy import Policy, Trust
from domain.verification.report import Report


def check_witnesses(members: Members, report: Report, trust: Trust) -> None:
    """Check 13, after check 10: the cosignatures of the checkpoint, by the policy's witnesses."""
    if layout.SEAL_PROOF not in members.names():
        report.settle(Check.WITNESS, Outcome.NOT_SHOWN, NO_PROOF)
    elif report.failed(Check.INCLUSION):
        why = "what witnesses may have seen does not have the seal"
        report.settle(Check.WITNESS, Outcome.NOT_SHOWN, why)
    elif not trust.policy.witnesses:
        report.settle(Check.WITNESS, Outcome.NOT_SHOWN, "you trust no witness")
    elif trust.verify is None:
        why = "this Python has no Ed25519; install the package cryptography"
        report.settle(Check.WITNESS, Outcome.NOT_SHOWN, why)
    else:
        data = read_whole(members, layout.SEAL_PROOF, layout.MAX_PROOF_BYTES)
        note = signed_note.parse(TlogProof.parse(data).checkpoint)  # which check 10 has read
        witnesses = [*_independent(trust.policy, note)]
        seen_by = cosigners(note, witnesses, trust.verify)
        for key in witnesses:
            if key not in seen_by and lines_of(note, key):
                expected = f"a cosignature by {key.encode()}"
                report.fail(Check.WITNESS, layout.SEAL_PROOF, expected, "none that is valid")
        _settle(report, [key.name for key in seen_by], trust.policy.quorum)


def _independent(policy: Policy, note: Note) -> Iterator[VerifierKey]:
    """The witnesses that are not the log by another name, each key once."""
    known: set[bytes] = set()
    for key in policy.witnesses:
        as_log = VerifierKey(note.text.partition("\n")[0], key.public_key)
        if key.public_key not in known and not lines_of(note, as_log):
            yield key
        known.add(key.public_key)


def _settle(report: Report, names: list[str], quorum: int) -> None:
    told = f"the log's head was seen by {', '.join(names) or 'none of your witnesses'}"
    outcome = Outcome.PASSED if len(names) >= quorum else Outcome.NOT_SHOWN
    report.settle(Check.WITNESS, outcome, f"{told}; you require {quorum}")
