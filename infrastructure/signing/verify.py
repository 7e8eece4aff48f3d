"""Checking Ed25519 signatures (RFC 8032), where `cryptography` is installed.

Not here: whose key it is, and what was signed.
"""

from collections.abc import Callable

Verifier = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) to whether the signature is the key's over the message."""


def verify_ed25519(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is that of the key's owner over ``message``; false for odd lengths.

    Raises:
        ImportError: without `cryptography`; see :func:`find_verifier`.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - where it is needed
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def find_verifier() -> Verifier | None:
    """Return :func:`verify_ed25519`, or None where it would not work."""
    try:
        verify_ed25519(bytes(32), bytes(64), b"")
    except ImportError:
        return None
    return verify_ed25519
