"""Cosignatures of the log's heads by witnesses (C2SP tlog-witness), each head in order.

A witness cosigns a head only if it extends the last one that it has seen; so nobody can show it
two histories. Not here: HTTP, and how many witnesses are enough (``domain.verification``).
"""

from typing import Final

from application.log import Log
from application.log_ports import Heads
from application.log_published import cosignature_lines
from application.stamp_ports import BACKUP, SeenAnother, Stamps, Witness
from application.stamping import Stamped
from domain.errors import LogDiverged
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
            LogDiverged: when the witness has seen more of this log than was ever signed here, or
                another history.
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
            self._log.publish_cosigned()
            return Stamped(witness.name, head.size)
        assert fault is not None  # else it would have returned
        raise fault


def _check_known(witness: Witness, fault: SeenAnother | None) -> None:
    """Check that a witness has seen no more than there is."""
    if fault is not None:
        expected = f"no more events than were signed here, at {witness.name}"
        raise LogDiverged(fault.place, expected, str(fault.size), BACKUP)


def cosigned(proof: bytes, cosignatures: Stamps) -> bytes:
    """A proof with the cosignatures of its checkpoint, as many as a note may have."""
    return b"".join([proof, *cosignature_lines(TlogProof.parse(proof).checkpoint, cosignatures)])
