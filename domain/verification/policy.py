"""The policy: whom the verifier trusts, and what it requires.

It comes from the verifier, never from the bundle. Not here: how it is written
(``policy_document``), and whether a bundle meets it (``verify``, ``signature``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check

VerifySignature = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) to whether it is valid; Ed25519, RFC 8032."""


class Stamp(NamedTuple):
    """What a timestamp says that is right in itself.

    ``by`` is the latest moment that it allows, in the form of the format, 4.4; ``authority`` the
    signer, as its certificate has it; ``over`` which of the messages it is over; ``objection`` why
    its chain shows nothing to who trusts the roots that were given, or "".
    """

    by: str
    authority: str
    over: int
    objection: str


VerifyTimestamp = Callable[[bytes, Sequence[bytes], Sequence[bytes]], Stamp]
"""(timestamp, messages, roots in DER) -> what it says of one of these messages.

Raises ``InvalidInput`` where it is over none of them, or not signed as it should be.
"""


class TrustedKey(NamedTuple):
    """A key of a trusted origin; each time is that of the format, section 4.4, or "" for none.

    From ``since`` up to and not including ``until``: the seals for which it vouches. A key that was
    ``compromised`` may have been used by anybody since, under any date: only an independent time
    over the signature itself could show that it is older, and bundles carry none.
    """

    key: VerifierKey
    since: str = ""
    until: str = ""
    compromised: str = ""

    def objection(self, sealed: str) -> str:
        """Why a valid signature under a bundle that was sealed then counts for nothing, or ""."""
        if self.compromised:
            return (
                f"compromised at {self.compromised}: its signatures count no more, of whatever date"
            )
        if self.since and sealed < self.since:
            return f"trusted from {self.since}, and the last seal is of {sealed}"
        if self.until and sealed >= self.until:
            return f"trusted until {self.until}, and the last seal is of {sealed}"
        return ""


class TimestampRoot(NamedTuple):
    """A root certificate of a timestamp authority, in DER."""

    name: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Policy:
    """What a verifier was told, whom it trusts, and which checks must pass.

    ``digest`` is the one bundle digest that was told over another channel, ``digests`` are all that
    are accepted; of the ``witnesses``, ``quorum`` must have seen the log.
    """

    digest: str = ""
    keys: Sequence[TrustedKey] = ()
    required: frozenset[Check] = frozenset()
    digests: frozenset[str] = frozenset()
    witnesses: Sequence[VerifierKey] = ()
    quorum: int = 0
    roots: Sequence[TimestampRoot] = ()

    @property
    def all_required(self) -> frozenset[Check]:
        """What must pass: whoever names a key, a witness or a root wants proof, not silence."""
        named = {
            Check.SIGNATURE: self.keys,
            Check.TIME: self.roots,
            Check.WITNESS: self.witnesses,
        }
        return self.required.union(check for check, trusted in named.items() if trusted)

    @property
    def is_empty(self) -> bool:
        """Whether nothing must pass beyond the checks themselves."""
        return not (self.digest or self.digests or self.all_required)

    def trusted(self, origin: str) -> Sequence[TrustedKey]:
        """The keys of an origin."""
        return [trusted for trusted in self.keys if trusted.key.name == origin]


class Trust(NamedTuple):
    """Whom to trust, and how to check a signature and a timestamp: None where there is no way."""

    policy: Policy
    verify: VerifySignature | None
    verify_timestamp: VerifyTimestamp | None = None
