"""The proof that a seal of the archive's own stands in its log, made once and kept.

Not here: the log (``log``), and how a verifier judges the proof (``domain.verification``).
"""

from collections.abc import Mapping
from typing import NamedTuple

from application.bundle_ports import Proofs
from application.log import Log
from application.ports import EventStore, StreamKey
from application.stamp_ports import Stamps
from application.stamping import stamps_members
from application.witnessing import cosigned
from domain.bundle.layout import SEAL_PROOF
from domain.transparency.merkle import leaf_hash


class SeenByOthers(NamedTuple):
    """What others said of the log's heads."""

    timestamps: Stamps
    cosignatures: Stamps


class Prover:
    """Proves events by the log, and remembers each proof: it outlives tiles and heads."""

    def __init__(self, store: EventStore, proofs: Proofs, log: Log, seen: SeenByOthers) -> None:
        self._store, self._proofs, self._log, self._seen = store, proofs, log, seen

    def members(self, key: StreamKey, version: int) -> Mapping[str, bytes]:
        """The members that prove this event, and by when: as many timestamps as there are by now.

        None for an event of another archive, whose log is not here.

        Raises:
            LogDiverged: when it was not proved before, and the log signs nothing.
        """
        proof = self.prove(key, version)
        if proof is None:
            return {}
        return {
            SEAL_PROOF: cosigned(proof, self._seen.cosignatures),
            **stamps_members(proof, self._seen.timestamps),
        }

    def prove(self, key: StreamKey, version: int) -> bytes | None:
        """A tlog-proof of this event; None for one of another archive, whose log is not here.

        Raises:
            LogDiverged: when none was made before, and the log signs nothing.
        """
        if key.origin != self._log.origin:
            return None
        page = next(self._store.pages(key, version - 1, parts=False))
        leaf = leaf_hash(page.lines[version - page.first]).hex()
        if kept := self._proofs.get(leaf).get(SEAL_PROOF):
            return kept
        proof = self._log.proof(key, version)
        self._proofs.put(leaf, {SEAL_PROOF: proof})
        return proof
