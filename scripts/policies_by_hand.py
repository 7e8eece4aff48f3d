"""Policies for the conformance folder, as JSON: whom a verifier trusts, and what it requires.

Not here: which bundles they are for.
"""

from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from scripts.bundle_by_hand import Signer

SEALED_BY: Final = "2026-11-24T00:00:00.000000Z"
"""A time behind all seals."""

BEFORE: Final = "2026-11-23T00:00:00.000000Z"
"""A time before all events."""


def trusting(*signers: Signer, **times: str) -> dict[str, Any]:
    """A policy that trusts the keys of these signers of one name; of the first, at these times."""
    keys = [{"key": signer.verifier_key} for signer in signers]
    return {"origins": [{"name": signers[0].name, "keys": [{**keys[0], **times}, *keys[1:]]}]}


def witnesses(quorum: int, *names: str) -> dict[str, Any]:
    """A policy that wants so many of these witnesses."""
    return {"witnesses": {"quorum": quorum, "keys": [_witness(name) for name in names]}}


def _witness(name: str) -> str:
    typed = b"\x04" + Signer(name, name).private.public_key().public_bytes_raw()
    key_id = sha256(name.encode() + b"\n" + typed).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64encode(typed).decode()}"


@cache
def root() -> str:
    """A root certificate in PEM; the same each time, as Ed25519 draws nothing."""
    key = Signer("tsa.example", "an authority").private
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tsa.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    certificate = builder.add_extension(constraints, critical=True).sign(key, None)
    return certificate.public_bytes(Encoding.PEM).decode()


def timestamped() -> dict[str, Any]:
    """A policy that knows a timestamp authority."""
    return {"timestamps": [{"name": "tsa.example", "root": root()}]}
