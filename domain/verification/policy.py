"""The policy: whom the verifier trusts, and what it requires.

It comes from the verifier, never from the bundle. Not here: whether a bundle meets it (``verify``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check

VerifySignature = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) to whether it is valid; Ed25519, RFC 8032."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A bundle digest told over another channel, trusted keys, and checks that must pass."""

    digest: str = ""
    keys: Sequence[VerifierKey] = ()
    required: frozenset[Check] = frozenset()

    @property
    def all_required(self) -> frozenset[Check]:
        """What must pass: whoever names a key wants its signature, not silence."""
        return self.required | {Check.SIGNATURE} if self.keys else self.required

    @property
    def is_empty(self) -> bool:
        """Whether nothing must pass beyond the checks themselves."""
        return not (self.digest or self.all_required)
