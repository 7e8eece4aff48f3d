"""Makes timestamps (RFC 3161) of authorities of our own, right ones and wrong ones.

The same bytes each time: keys follow from names, and signatures draw nothing (RFC 6979). It shares
nothing with the code that it tests. Not here: which are for which bundle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import new as new_hash
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

STAMPED: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""When, behind all seals, unless another time is said."""

_HASHES: Final = {
    "sha1": "2b0e03021a",
    "sha224": "608648016503040204",
    "sha256": "608648016503040201",
    "sha384": "608648016503040202",
    "sha512": "608648016503040203",
}
_ECDSA_SHA256: Final = "2a8648ce3d040302"
_SIGNED_DATA: Final = "2a864886f70d010702"
_TST_INFO: Final = "2a864886f70d0109100104"
_CONTENT_TYPE: Final = "2a864886f70d010903"
_MESSAGE_DIGEST: Final = "2a864886f70d010904"
_SIGNING_CERTIFICATE: Final = "2a864886f70d010910020c"
_SIGNING_CERTIFICATE_V2: Final = "2a864886f70d010910022f"
_POLICY: Final = "2a03040501"


@dataclass(frozen=True)
class Authority:
    """A root, and under it a certificate for timestamps, both good in the years that are said.

    ``purposes`` are the extended key usages, by their OIDs; None for no such extension.
    """

    name: str = "tsa.example"
    first: int = 2026
    last: int = 2036
    purposes: Sequence[x509.ObjectIdentifier] | None = (ExtendedKeyUsageOID.TIME_STAMPING,)
    critical: bool = True

    @cached_property
    def root(self) -> x509.Certificate:
        """The root certificate; the same for all authorities of one name."""
        name = f"root of {self.name}"
        builder = _certificate(name, name, _key(name), 2000, 2100).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        return builder.sign(_key(name), hashes.SHA256(), ecdsa_deterministic=True)

    @cached_property
    def certificate(self) -> x509.Certificate:
        """That which signs timestamps."""
        issuer = f"root of {self.name}"
        key = _key(self.name)
        builder = _certificate(self.name, issuer, key, self.first, self.last)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        if self.purposes is not None:
            usage = x509.ExtendedKeyUsage(self.purposes)
            builder = builder.add_extension(usage, critical=self.critical)
        return builder.sign(_key(issuer), hashes.SHA256(), ecdsa_deterministic=True)

    @property
    def root_pem(self) -> str:
        """The root certificate, as a policy has it."""
        return self.root.public_bytes(Encoding.PEM).decode()

    @property
    def root_der(self) -> bytes:
        """The root certificate."""
        return self.root.public_bytes(Encoding.DER)

    @property
    def certificate_der(self) -> bytes:
        """The certificate for timestamps."""
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Timestamp:
    """What an authority says, and how: everything that may be wrong with it.

    ``names`` is which certificate the signed attributes name, and ``by`` which hash; ``carries``
    the certificates that come along; ``status`` other than 0 is a refusal.
    """

    authority: Authority
    message: bytes
    hash_name: str = "sha256"
    at: datetime = STAMPED
    nonce: int | None = None
    names: bytes | None = None
    by: str = "sha256"
    carries: Sequence[bytes] | None = None
    status: int = 0

    def response(self) -> bytes:
        """The whole answer of an authority."""
        status = _sequence(_integer(self.status))
        return _sequence(status, self._token()) if self.status == 0 else _sequence(status)

    def altered(self) -> bytes:
        """The answer, with another time in it than the one that was signed."""
        told = f"{self.at:%Y%m%d%H%M%SZ}".encode()
        other = f"{self.at:%Y%m%d}000000Z".encode()
        return self.response().replace(told, other)

    def _token(self) -> bytes:
        carried = self.carries
        certificates = [self.authority.certificate_der] if carried is None else carried
        content = _sequence(_oid(_TST_INFO), _tlv(0xA0, _octets(self._info())))
        signed = _sequence(
            _integer(3),
            _tlv(0x31, _algorithm("sha256")),
            content,
            *([_tlv(0xA0, *sorted(certificates))] if certificates else []),
            _tlv(0x31, self._signer_info()),
        )
        return _sequence(_oid(_SIGNED_DATA), _tlv(0xA0, signed))

    def _info(self) -> bytes:
        digest = new_hash(self.hash_name, self.message).digest()
        return _sequence(
            _integer(1),
            _oid(_POLICY),
            _sequence(_algorithm(self.hash_name), _octets(digest)),
            _integer(1),
            _tlv(0x18, f"{self.at:%Y%m%d%H%M%SZ}".encode()),
            *([] if self.nonce is None else [_integer(self.nonce)]),
        )

    def _signer_info(self) -> bytes:
        attributes = b"".join(sorted(self._attributes()))
        key = _key(self.authority.name)
        method = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        certificate = self.authority.certificate
        issuer = certificate.issuer.public_bytes()
        return _sequence(
            _integer(1),
            _sequence(issuer, _integer(certificate.serial_number)),
            _algorithm("sha256"),
            _tlv(0xA0, attributes),
            _sequence(_oid(_ECDSA_SHA256)),
            _octets(key.sign(_tlv(0x31, attributes), method)),
        )

    def _attributes(self) -> list[bytes]:
        named = self.authority.certificate_der if self.names is None else self.names
        digest = _octets(new_hash(self.by, named, usedforsecurity=False).digest())
        stated = [] if self.by in {"sha1", "sha256"} else [_algorithm(self.by)]
        kind = _SIGNING_CERTIFICATE if self.by == "sha1" else _SIGNING_CERTIFICATE_V2
        identified = _sequence(_sequence(_sequence(*stated, digest)))
        attributes = [
            (_CONTENT_TYPE, _oid(_TST_INFO)),
            (_MESSAGE_DIGEST, _octets(sha256(self._info()).digest())),
            *([(kind, identified)] if named else []),
        ]
        return [_sequence(_oid(oid), _tlv(0x31, value)) for oid, value in attributes]


def _key(name: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sha256(f"the key of {name}".encode()).digest()[:31])
    return ec.derive_private_key(number, ec.SECP256R1())


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, first: int, last: int
) -> x509.CertificateBuilder:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)]
    builder = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1])
    builder = builder.public_key(key.public_key()).serial_number(1 if name == issuer else 2)
    builder = builder.not_valid_before(datetime(first, 1, 1, tzinfo=UTC))
    return builder.not_valid_after(datetime(last, 1, 1, tzinfo=UTC))


def _tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1)
    return bytes([tag, *([size] if size < 128 else [128 | len(length), *length])]) + content


def _sequence(*contents: bytes) -> bytes:
    return _tlv(0x30, *contents)


def _integer(number: int) -> bytes:
    return _tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def _octets(data: bytes) -> bytes:
    return _tlv(0x04, data)


def _oid(content: str) -> bytes:
    return _tlv(0x06, bytes.fromhex(content))


def _algorithm(name: str) -> bytes:
    return _sequence(_oid(_HASHES[name]), _tlv(0x05))
