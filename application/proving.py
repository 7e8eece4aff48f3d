"""The proof that a seal of the archive's own stands in its log, made once and kept.

Not here: the log (``log``), and how a verifier judges the proof (``domain.verification``).
"""

from collections.abc import Mapping
from typing import NamedTuple

from application.bundle_ports import Proofs
from application.kept_proofs import HEADS, check_cosignatures, check_proof, check_timestamps
from application.keys import Keys
from application.log import Log
from application.ports import EventStore, StreamKey
from application.stamp_ports import Stamps
from application.stamping import stamps_members
from application.witnessing import cosigned
from domain.bundle.layout import SEAL_PROOF
from domain.transparency.checkpoint import parse_signed
from domain.transparency.merkle import leaf_hash
from domain.transparency.signed_note import VerifierKey, Verify
from domain.transparency.tlog_proof import TlogProof
from domain.verification.policy import VerifyTimestamp


class SeenByOthers(NamedTuple):
    """What others said of the log's heads, and what verifies it, where there is such a thing."""

    timestamps: Stamps
    cosignatures: Stamps
    verify: Verify | None = None
    verify_timestamp: VerifyTimestamp | None = None


class Prover:
    """Proves events by the log, and remembers each proof: it outlives tiles and heads."""

    def __init__(
        self, store: EventStore, proofs: Proofs, log: Log, keys: Keys, seen: SeenByOthers
    ) -> None:
        self._store, self._proofs, self._log, self._seen = store, proofs, log, seen
        self._keys = keys

    def members(self, key: StreamKey, version: int) -> Mapping[str, bytes]:
        """The members that prove this event, and by when: as many timestamps as there are by now.

        Empty for an event of another archive, whose log is not here.

        Raises:
            LogDiverged: when it was not proved before, and the log signs nothing.
            ArchiveDamaged: when something is kept that would not verify.
        """
        proof = self.prove(key, version)
        if proof is None:
            return {}
        self._check_seen(TlogProof.parse(proof).checkpoint)
        return {
            SEAL_PROOF: cosigned(proof, self._seen.cosignatures),
            **stamps_members(proof, self._seen.timestamps),
        }

    def seen(self, key: StreamKey, version: int) -> tuple[int, int]:
        """How many timestamps and cosignatures there are by now of the head that proves an event.

        What ``members`` gives is the same as long as these are.
        """
        own = key.origin == self._log.origin
        head = self._log.covering(self._store.index(key, version) + 1) if own else None
        if head is None:
            return 0, 0
        said = (self._seen.timestamps, self._seen.cosignatures)
        timestamps, cosignatures = (len(each.of(head.size)) for each in said)
        return timestamps, cosignatures

    def prove(self, key: StreamKey, version: int) -> bytes | None:
        """A tlog-proof of this event; None for one of another archive, whose log is not here.

        One by a key that is compromised since is made anew.

        Raises:
            LogDiverged: when there is none that counts, and the log signs nothing.
            ArchiveDamaged: when one is kept that proves nothing.
        """
        if key.origin != self._log.origin:
            return None
        page = next(self._store.pages(key, version - 1, parts=False))
        leaf = leaf_hash(page.lines[version - page.first])
        kept = self._proofs.get(leaf.hex()).get(SEAL_PROOF)
        keys = [VerifierKey.parse(each.key) for each in self._keys.known()]
        if kept is not None:
            check_proof(kept, leaf, keys, self._seen.verify)
            if self._keys.counts(TlogProof.parse(kept).checkpoint):
                return kept
        proof = self._log.proof(key, version)
        check_proof(proof, leaf, keys, self._seen.verify, HEADS)
        self._proofs.replace(leaf.hex(), {SEAL_PROOF: proof})
        return proof

    def _check_seen(self, checkpoint: bytes) -> None:
        size, seen = parse_signed(checkpoint).checkpoint.size, self._seen
        check_cosignatures(checkpoint, seen.cosignatures.of(size), seen.verify)
        check_timestamps(checkpoint, seen.timestamps.of(size), seen.verify_timestamp)
