"""The proof that a seal of the archive's own stands in its log, made once and kept.

Not here: the log (``log``), and how a verifier judges the proof (``domain.verification``).
"""

from application.bundle_ports import Proofs
from application.log import Log
from application.ports import EventStore, StreamKey
from domain.bundle.layout import SEAL_PROOF
from domain.transparency.merkle import leaf_hash


class Prover:
    """Proves events by the log, and remembers each proof: it outlives tiles and heads."""

    def __init__(self, store: EventStore, proofs: Proofs, log: Log) -> None:
        self._store, self._proofs, self._log = store, proofs, log

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
