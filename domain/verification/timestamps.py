"""Check 12: independent authorities saw the log's head, and so the seal, by a stated time.

A timestamp is over the checkpoint of ``proof/seal.tlog-proof`` as its archive alone signed it, or
renews those before it (format, section 10). Its time is an upper bound: what it was taken over
existed by then. Not here: RFC 3161, which is handed in, and whether the seal stands in that log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from domain.bundle import layout
from domain.bundle.members import Members, read_whole
from domain.errors import InvalidInput
from domain.transparency.checkpoint import parse_signed
from domain.transparency.tlog_proof import TlogProof
from domain.verification.checks import Check, Outcome
from domain.verification.inclusion import NO_PROOF
from domain.verification.policy import Stamp, Trust, VerifyTimestamp
from domain.verification.report import Report

SEAL_EXISTED: Final = "the seal existed "
"""How begins what the check comes to where it passes: at or before when, and who says so."""

_UNCHECKED: Final = "which take eval752 verify and the package rfc3161-client to check"


def stamped_part(checkpoint: bytes) -> bytes:
    """Of a signed checkpoint what is stamped: its text and its first signature, the log's own.

    Cosignatures may come later than a timestamp.

    Raises:
        InvalidInput: when it is no signed checkpoint.
    """
    note = parse_signed(checkpoint).note
    return replace(note, signatures=note.signatures[:1]).encode()


def messages(stamped: bytes, earlier: Sequence[bytes]) -> Sequence[bytes]:
    """What a timestamp may be over, behind these ``earlier`` ones: a renewal covers them too."""
    return [stamped, b"".join([stamped, *earlier])] if earlier else [stamped]


def check_time(members: Members, report: Report, trust: Trust) -> None:
    """Check 12, after check 10: each timestamp, by the roots of the policy."""
    present = {*members.names()}
    names = [name for name in layout.TIMESTAMPS if name in present]
    if not names:
        report.settle(Check.TIME, Outcome.NOT_SHOWN, NO_PROOF)
        return
    try:
        timestamps = [*_read(members, names)]
    except InvalidInput as problem:
        report.fail_with(Check.TIME, problem)
        return
    if report.failed(Check.INCLUSION):
        why = "what is stamped does not have the seal"
        report.settle(Check.TIME, Outcome.NOT_SHOWN, why)
    elif trust.verify_timestamp is None:
        why = f"{len(names)} timestamps, {_UNCHECKED}"
        report.settle(Check.TIME, Outcome.NOT_SHOWN, why)
    else:
        proof = read_whole(members, layout.SEAL_PROOF, layout.MAX_PROOF_BYTES)
        stamped = stamped_part(TlogProof.parse(proof).checkpoint)  # which check 10 has read
        roots = [root.certificate for root in trust.policy.roots]
        stamps = [*_stamps(stamped, timestamps, roots, report, trust.verify_timestamp)]
        _settle(stamps, report)


def _read(members: Members, names: Sequence[str]) -> Iterator[bytes]:
    for name, expected in zip(names, layout.TIMESTAMPS, strict=False):
        if name != expected:
            raise InvalidInput(name, f"{expected} before it", "a gap")
        yield read_whole(members, name, layout.MAX_PROOF_BYTES)
    if layout.SEAL_PROOF not in members.names():
        raise InvalidInput(layout.TIMESTAMPS[0], f"{layout.SEAL_PROOF} beside it", "none")


def _stamps(
    stamped: bytes,
    timestamps: Sequence[bytes],
    roots: Sequence[bytes],
    report: Report,
    verify: VerifyTimestamp,
) -> Iterator[Stamp]:
    for number, timestamp in enumerate(timestamps):
        try:
            yield verify(timestamp, messages(stamped, timestamps[:number]), roots)
        except InvalidInput as problem:
            place = layout.TIMESTAMPS[number]
            report.fail(Check.TIME, place, problem.expected, problem.found)


def _settle(stamps: Sequence[Stamp], report: Report) -> None:
    """Say by when the seal existed: the first that is shown, then what others say."""
    shown = sorted({(stamp.by, stamp.authority) for stamp in stamps if not stamp.objection})
    if shown:
        told = "; ".join(f"at or before {by}, says {authority}" for by, authority in shown)
        report.settle(Check.TIME, Outcome.PASSED, f"{SEAL_EXISTED}{told}")
        return
    claimed = (f"{stamp.authority}: {stamp.objection}" for stamp in stamps)
    told = "; ".join(dict.fromkeys(claimed))
    report.settle(Check.TIME, Outcome.NOT_SHOWN, f"timestamps by {told}")
