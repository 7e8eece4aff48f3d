"""A witness for tests, after C2SP's tlog-witness: it keeps what it has seen and refuses forks.

Not here: HTTP (``authorities.serving``).
"""

from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.transparency.checkpoint import Checkpoint, parse_signed
from domain.transparency.cosignature import cosigned_message
from domain.transparency.proofs import ProofMalformed, ProofMismatch, verify_consistency
from domain.transparency.signed_note import (
    COSIGNATURE,
    NoteSignature,
    VerifierKey,
    valid_signatures,
)
from infrastructure.signing.verify import verify_ed25519

TIME = 1_795_000_000


class TestWitness:
    """Knows one log by its key; or takes whatever comes first for one, without a key."""

    __test__ = False  # no test, whatever its name says

    def __init__(self, log: VerifierKey | None, name: str = "w1.example") -> None:
        self._log = log
        self._private = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))
        public = self._private.public_key().public_bytes_raw()
        self.key = VerifierKey(name, public, COSIGNATURE)
        self.seen: Checkpoint | None = None

    def __call__(self, body: bytes) -> tuple[int, str, bytes]:
        """Answer one ``add-checkpoint``."""
        head, _, checkpoint = body.partition(b"\n\n")
        old_line, *hashes = head.decode().split("\n")
        old, signed = int(old_line.removeprefix("old ")), parse_signed(checkpoint)
        if self._log and not valid_signatures(signed.note, [self._log], verify_ed25519):
            return 403, "text/plain", b""
        size = self.seen.size if self.seen else 0
        if old > signed.checkpoint.size:
            return 400, "text/plain", b""
        if old != size:
            return 409, "text/x.tlog.size", f"{size}\n".encode()
        if old == size == signed.checkpoint.size and signed.checkpoint != self.seen and self.seen:
            return 409, "text/x.tlog.size", f"{size}\n".encode()  # as the text has it for this one
        if not self._extends(signed.checkpoint, [b64decode(each) for each in hashes]):
            return 422, "text/plain", b""
        self.seen = signed.checkpoint
        return 200, "text/plain", self.line(signed.note.text)

    def line(self, text: str) -> bytes:
        """Its cosignature of a note with this text."""
        signature = self._private.sign(cosigned_message(text, TIME))
        whole = TIME.to_bytes(8) + signature
        return NoteSignature(self.key.name, self.key.key_id, whole).encode().encode()

    def _extends(self, new: Checkpoint, proof: list[bytes]) -> bool:
        if self.seen is None:
            return not proof
        if self.seen.size == new.size:
            return self.seen.root == new.root and not proof
        try:
            verify_consistency(self.seen.size, new.size, proof, self.seen.root, new.root)
        except (ProofMismatch, ProofMalformed):
            return False
        return True
