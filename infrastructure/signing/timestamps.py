"""Checks timestamps (RFC 3161, RFC 5816) by `rfc3161-client`, which is OpenSSL for what is signed.

A timestamp is the answer of an authority as it came, a TimeStampResp in DER; its chain is checked
at the stamped time. Here and not in the library: the signer's certificate is the one that the
signed attributes name, and why a chain leads nowhere. Not here: whom to trust, and what the time
is good for.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from hashlib import new as new_hash
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from domain.errors import Eval752Error, InvalidInput
from domain.verification.policy import Stamp, VerifyTimestamp
from infrastructure.signing.der import CONTEXT_0, SEQUENCE, made, only, values

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse, VerifierBuilder

PLACE: Final = "timestamp"

MOST_BYTES: Final = 64 * 2**10

_HASHES: Final = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""By object identifier; of what is stamped."""

_DER_HASHES: Final = {
    bytes.fromhex(f"06096086480165030402{number}"): name
    for number, name in (("01", "sha256"), ("02", "sha384"), ("03", "sha512"))
}
"""By the same, in DER; of a certificate that is named."""
_SIGNING_CERTIFICATES: Final = {
    bytes.fromhex("060b2a864886f70d010910020c"): "sha1",  # RFC 2634: ESSCertID, without a choice
    bytes.fromhex("060b2a864886f70d010910022f"): "sha256",  # RFC 5035: ESSCertIDv2, unless it says
}
_LEADS_NOWHERE: Final = (
    *("unable to get local issuer certificate", "unable to get issuer certificate"),
    *("self-signed certificate", "self signed certificate"),
)
"""What OpenSSL says of a chain that ends in no root, in its own order before anything else."""


def find_timestamp_verifier() -> VerifyTimestamp | None:
    """Return :func:`verify_timestamp`, or None where it would not work."""
    return verify_timestamp if find_spec("rfc3161_client") else None


def verify_timestamp(data: bytes, messages: Sequence[bytes], roots: Sequence[bytes]) -> Stamp:
    """What a timestamp says of one of these messages; see ``domain.verification.policy``.

    ``roots`` are certificates in DER: roots, and what leads from there to the signer if that did
    not come along.

    Raises:
        InvalidInput: when it is no timestamp, over none of them, or not signed as it should be.
        ImportError: without the library; see :func:`find_timestamp_verifier`.
    """
    from rfc3161_client import VerifierBuilder  # noqa: PLC0415 - where it is needed

    return stamp_of(read_response(data), messages, roots, VerifierBuilder())


def read_response(data: bytes) -> "TimeStampResponse":
    """Read an answer that grants a timestamp.

    Raises:
        InvalidInput: when it is something else.
    """
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - where it is needed

    if len(data) > MOST_BYTES:
        raise InvalidInput(PLACE, f"at most {MOST_BYTES} bytes", str(len(data)))
    with _reading():
        response = decode_timestamp_response(data)
        if response.status:
            told = ", ".join([str(response.status), *response.status_string])
            raise InvalidInput(PLACE, "the status 0, granted", ascii(told)[1:-1])
        response.tst_info  # noqa: B018 - reads it, or says why not
        return response


def stamp_of(
    response: "TimeStampResponse",
    messages: Sequence[bytes],
    roots: Sequence[bytes],
    builder: "VerifierBuilder",
) -> Stamp:
    """Check an answer, by a ``builder`` that may know the nonce that was sent.

    Raises:
        InvalidInput: as :func:`verify_timestamp`.
    """
    with _reading():
        over = _over(response, messages)
        by, name = _latest(response), _name_of(_signer(response))
        return Stamp(by, name, over, _objection(response, roots, builder))


def in_order(data: bytes) -> bytes:
    """The same answer with its certificates in the order of DER: some authorities leave it open.

    They stand beside what is signed; nothing else is changed. What cannot be taken apart so is
    given back as it is.
    """
    try:
        status, token = values(only(data, SEQUENCE).content)
        kind, wrapped = values(token.content)
        signed = only(wrapped.content, SEQUENCE)
        members = values(signed.content)
    except (InvalidInput, ValueError):
        return data
    sorted_members = [
        made(each.tag, sorted(certificate.whole for certificate in values(each.content)))
        if each.tag == CONTEXT_0
        else each.whole
        for each in members
    ]
    inner = made(CONTEXT_0, [made(SEQUENCE, sorted_members)])
    return made(SEQUENCE, [status.whole, made(SEQUENCE, [kind.whole, inner])])


@contextmanager
def _reading() -> Generator[None]:
    """Say in our words what the libraries cannot read: they find faults late, and of all kinds."""
    try:
        yield
    except (Eval752Error, ImportError):
        raise
    except Exception as problem:
        found = f"{type(problem).__name__}: {problem}"
        raise InvalidInput(PLACE, "an RFC 3161 timestamp in DER", found) from problem


def _over(response: "TimeStampResponse", messages: Sequence[bytes]) -> int:
    """Which of the messages it is that was stamped."""
    imprint = response.tst_info.message_imprint
    name = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if name is None:
        found = imprint.hash_algorithm.dotted_string
        raise InvalidInput(PLACE, f"one of {', '.join(_HASHES.values())}", found)
    digests = [new_hash(name, message).digest() for message in messages]
    if imprint.message not in digests:
        expected = " or ".join(digest.hex() for digest in digests)
        raise InvalidInput(PLACE, f"one over the {name} {expected}", imprint.message.hex())
    return digests.index(imprint.message)


def _signer(response: "TimeStampResponse") -> "Certificate":
    """The certificate that came along and that every signing-certificate attribute names."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - where it is needed

    named = [*_named(response.time_stamp_token())]
    signers = {(each.issuer, each.serial_number) for each in response.signed_data.signer_infos}
    for data in response.signed_data.certificates if named and len(signers) == 1 else ():
        if all(new_hash(hashed, data).digest() == digest for hashed, digest in named):
            certificate = load_der_x509_certificate(data)
            if (certificate.issuer, certificate.serial_number) in signers:
                return certificate
    expected = "the one signer's certificate, named by the signed attributes"
    told = ", ".join(f"{hashed} {digest.hex()}" for hashed, digest in named) or "no name"
    found = f"{told}; {len(signers)} signers"
    raise InvalidInput(PLACE, expected, found)


def _named(token: bytes) -> Iterator[tuple[str, bytes]]:
    """Hash and digest of the first certificate of each signing-certificate attribute."""
    wrapped = values(only(token, SEQUENCE).content)[1]
    members = values(only(wrapped.content, SEQUENCE).content)
    signer_info = values(only(members[-1].content, SEQUENCE).content)
    signed = next((each.content for each in signer_info if each.tag == CONTEXT_0), b"")
    for attribute in values(signed):
        kind, found = values(attribute.content)
        if kind.whole in _SIGNING_CERTIFICATES:
            certificates = only(only(found.content, SEQUENCE).content, SEQUENCE).content
            yield _identifier(certificates, _SIGNING_CERTIFICATES[kind.whole])


def _identifier(certificates: bytes, usual: str) -> tuple[str, bytes]:
    """Hash and digest of the first ESSCertID or ESSCertIDv2 of a list."""
    first, *rest = values(values(certificates)[0].content)
    if first.tag != SEQUENCE:
        return usual, first.content
    stated = values(first.content)[0].whole
    if stated not in _DER_HASHES:
        raise InvalidInput(PLACE, f"one of {', '.join(_HASHES.values())}", stated.hex())
    return _DER_HASHES[stated], rest[0].content


def _objection(
    response: "TimeStampResponse", roots: Sequence[bytes], builder: "VerifierBuilder"
) -> str:
    """Why the chain shows nothing to who trusts these roots, or ""; raises where it is wrong."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - where it is needed
    from rfc3161_client import VerificationError  # noqa: PLC0415

    if not roots:
        return "no root to check it by"
    for certificate in {*roots}:
        builder = builder.add_root_certificate(load_der_x509_certificate(certificate))
    try:
        builder.build().verify(response, response.tst_info.message_imprint.message)
    except VerificationError as problem:
        told = str(problem)
        if any(each in told for each in _LEADS_NOWHERE):
            return "its chain leads to no root that you trust"
        expected = "a signature by a certificate for timestamps alone, valid at the stamped time"
        raise InvalidInput(PLACE, expected, _reason(told)) from problem
    return ""


def _reason(told: str) -> str:
    """What OpenSSL says, without where in its code."""
    reasons = re.findall(r'reason: "([^"]*)"(?:[^}]*data: "([^"]*)")?', told)
    return "; ".join(": ".join(filter(None, each)) for each in reasons) or told


def _latest(response: "TimeStampResponse") -> str:
    """The last moment that the stamped time may stand for, in the form of the format, 4.4."""
    info = response.tst_info
    seconds, millis, micros = (
        getattr(info.accuracy, name, None) or 0 for name in ("seconds", "millis", "micros")
    )  # there may be no accuracy, whatever the library's types say
    accuracy = timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)
    try:
        latest = info.gen_time.astimezone(UTC) + accuracy
    except OverflowError as problem:
        raise InvalidInput(PLACE, "a time in this era", str(problem)) from problem
    return f"{latest.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _name_of(signer: "Certificate") -> str:
    """What a certificate calls its owner: the common name, or else all of it; on one line."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - where it is needed

    [*names] = signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else signer.subject.rfc4514_string()
    return ascii(name)[1:-1] or "nobody"
