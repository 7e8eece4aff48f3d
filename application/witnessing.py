"""Cosignatures of the log's heads by witnesses (C2SP tlog-witness), each head in order.

A witness cosigns a head only if it extends the last one that it has seen; so nobody can show it
two histories. Not here: HTTP, and how many witnesses are enough (``domain.verification``).
"""

from itertools import islice
from typing import Final

from application.log import Log
from application.log_ports import Heads
from application.stamp_ports import SeenAnother, Stamps, Witness
from application.stamping import Stamped
from domain.errors import LogDiverged
from domain.transparency.checkpoint import parse_signed
from domain.transparency.signed_note import MAX_SIGNATURES
from domain.transparency.tlog_proof import TlogProof

_TRIES: Final = 3
"""How often a witness may say that it has seen another size, before it is left alone."""


class Witnesser:
    """Has heads cosigned; usable by any number of threads, one for each witness."""

    def __init__(self, log: Log, heads: Heads, cosignatures: Stamps) -> None:
        self._log, self._heads, self._kept = log, heads, cosignatures

    def stamp_next(self, witness: Witness) -> Stamped | None:
        """Have the next head cosigned, and keep the line; None when none is left.

        Raises:
            LogDiverged: when the witness has seen more of this log than was ever signed here.
            Refused: when the witness gives none; ask again later.
        """
        seen = self._kept.last(witness.name)
        fault: SeenAnother | None = None
        for _ in range(_TRIES):
            head = self._log.covering(max(seen, self._kept.last(witness.name) + 1))
            if head is None:
                _check_known(witness, fault)
                return None
            try:
                proof = self._log.consistency(seen, head.size)
                line = witness.cosign(seen, proof, head.note)
            except SeenAnother as another:
                seen, fault = another.size, another
                continue
            self._kept.put(head.size, witness.name, line)
            return Stamped(witness.name, head.size)
        assert fault is not None  # else it would have returned
        raise fault


def _check_known(witness: Witness, fault: SeenAnother | None) -> None:
    """Check that a witness has seen no more than there is."""
    if fault is not None:
        expected = f"no more events than were signed here, at {witness.name}"
        remedy = "It saw heads that this archive does not know: was a backup put back?"
        raise LogDiverged(fault.place, expected, str(fault.size), remedy)


def cosigned(proof: bytes, cosignatures: Stamps) -> bytes:
    """A proof with the cosignatures of its checkpoint, as many as a note may have."""
    signed = parse_signed(TlogProof.parse(proof).checkpoint)
    lines = (kept.data for kept in cosignatures.of(signed.checkpoint.size))
    room = MAX_SIGNATURES - len(signed.note.signatures)
    return b"".join([proof, *islice(lines, room)])
