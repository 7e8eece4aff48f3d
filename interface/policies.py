"""What a verifier demands, as options or parameters say it. Not here: what comes of it."""

from collections.abc import Sequence
from typing import Final

from domain.errors import InvalidInput
from domain.syntax import is_digest
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import BY_LABEL, Check
from domain.verification.policy import Policy

_CHECKS: Final = {**BY_LABEL, **{str(check.number): check for check in Check}}


def read_policy(
    digest: str, keys: Sequence[str], required: Sequence[str], places: tuple[str, str]
) -> Policy:
    """Read a policy; ``places`` are what digest and required checks are called where they stand.

    Raises:
        InvalidInput: naming the place.
    """
    if digest and not is_digest(digest):
        raise InvalidInput(places[0], "64 lower-case hex digits", ascii(digest[:80]))
    trusted = [VerifierKey.parse(key.strip()) for key in keys]
    return Policy(digest, trusted, frozenset(_check(name, places[1]) for name in required))


def _check(name: str, place: str) -> Check:
    if name not in _CHECKS:
        raise InvalidInput(place, f"one of {', '.join(BY_LABEL)}", ascii(name[:80]))
    return _CHECKS[name]
