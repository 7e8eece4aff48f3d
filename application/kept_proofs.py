"""What is kept to prove a seal is checked before it leaves in a bundle: disks rot, files are moved.

A bundle with something broken in it would fail at whoever verifies it, and speak against the
archive. Not here: whom to trust. So of a timestamp's signature nothing is checked, which takes the
authority's root, but that it is one, and over what it should be.
"""

from collections.abc import Sequence
from typing import Final

from application.stamp_ports import Kept
from domain.errors import ArchiveDamaged, Eval752Error, InvalidInput
from domain.transparency import signed_note
from domain.transparency.checkpoint import parse_signed
from domain.transparency.cosignature import cosigners
from domain.transparency.proofs import ProofMalformed, ProofMismatch, verify_inclusion
from domain.transparency.signed_note import COSIGNATURE, VerifierKey, Verify
from domain.transparency.tlog_proof import TlogProof
from domain.verification.policy import VerifyTimestamp
from domain.verification.timestamps import messages, stamped_part

_MADE_ANEW: Final = "Remove this file: the log makes the proof anew."
_NEWEST: Final = "Put the newest copy of this file back."
_REMEDY: Final = (
    "Put this file back from a backup, or move it out of the archive: bundles leave without it."
)


HEADS: Final = "log/heads.sqlite3"
"""Where the heads are of which proofs are made."""


def check_proof(
    proof: bytes, leaf: bytes, keys: Sequence[VerifierKey], verify: Verify | None, made_of: str = ""
) -> None:
    """Check that a proof is of this leaf, and by a head that one of these keys signed.

    It was kept, or is ``made_of`` something just now.

    Raises:
        ArchiveDamaged: when it is not.
    """
    place = made_of or f"proofs/{leaf.hex()}/seal.tlog-proof"
    try:
        parsed = TlogProof.parse(proof)
        head, note = parse_signed(parsed.checkpoint)
        verify_inclusion(leaf, parsed.index, head.size, parsed.hashes, head.root)
        if verify and not signed_note.valid_signatures(note, keys, verify):
            raise InvalidInput(place, "a head signed by this archive", "no valid signature")
    except (InvalidInput, ProofMalformed, ProofMismatch) as problem:
        raise _damaged(place, problem, _NEWEST if made_of else _MADE_ANEW) from problem


def check_cosignatures(checkpoint: bytes, kept: Sequence[Kept], verify: Verify | None) -> None:
    """Check that each is a line by which its witness cosigned this head.

    Raises:
        ArchiveDamaged: naming the file that is not.
    """
    for each in kept:
        try:
            note = signed_note.parse(checkpoint + each.data)
            key = VerifierKey.parse(each.authority, COSIGNATURE)
            if verify and not cosigners(note, [key], verify):
                raise InvalidInput(each.place, f"a cosignature by {each.authority}", "none")
        except InvalidInput as problem:
            raise _damaged(each.place, problem, _REMEDY) from problem


def check_timestamps(
    checkpoint: bytes, kept: Sequence[Kept], verify: VerifyTimestamp | None
) -> None:
    """Check that each is a timestamp over this head, or renews those before it.

    Raises:
        ArchiveDamaged: naming the file that is not.
    """
    if verify is None:
        return
    stamped = stamped_part(checkpoint)
    for number, each in enumerate(kept):
        earlier = [before.data for before in kept[:number]]
        try:
            verify(each.data, messages(stamped, earlier), [])
        except InvalidInput as problem:
            raise _damaged(each.place, problem, _REMEDY) from problem


def _damaged(place: str, problem: Eval752Error, remedy: str) -> ArchiveDamaged:
    return ArchiveDamaged(place, problem.expected, problem.found, remedy)
