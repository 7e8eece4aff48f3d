"""A timestamp authority that is asked over HTTP (RFC 3161, section 3.4).

What it answers is checked when it comes, nonce and chain included: what we keep, `openssl ts
-verify` accepts. Not here: when it is asked, and again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.errors import InvalidInput, Refused, UnreadableFile
from infrastructure.outgoing import Reply, post
from infrastructure.signing.timestamps import MOST_BYTES, PLACE, in_order, read_response, stamp_of

_QUERY: Final = "application/timestamp-query"
_REPLY: Final = "application/timestamp-reply"


class HttpAuthority:
    """``application.stamp_ports.Authority``, by address, and by the roots that it must lead to."""

    def __init__(self, url: str, roots: Sequence[bytes]) -> None:
        self._url, self._roots = url, roots

    @property
    def name(self) -> str:
        """Its address."""
        return self._url

    def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
        """Ask for a timestamp over ``message``, check it, and return it."""
        from rfc3161_client import (  # noqa: PLC0415 - where it is needed
            HashAlgorithm,
            TimestampRequestBuilder,
            VerifierBuilder,
        )

        algorithm = HashAlgorithm.SHA512 if sha512 else HashAlgorithm.SHA256
        request = TimestampRequestBuilder(message, algorithm).build()
        reply = post(self._url, request.as_bytes(), _QUERY, MOST_BYTES)
        self._check(reply)
        timestamp = in_order(reply.body)
        try:
            response = read_response(timestamp)
            builder = VerifierBuilder.from_request(request)
            stamp = stamp_of(response, [message], self._roots, builder)
        except InvalidInput as problem:
            raise self._wrong(problem.expected, problem.found) from problem
        asked, stamped = request.message_imprint, response.tst_info.message_imprint
        if stamped.hash_algorithm != asked.hash_algorithm:
            expected, found = (each.hash_algorithm.dotted_string for each in (asked, stamped))
            raise self._wrong(f"the hash {expected} that was asked for", found)
        if stamp.objection:
            expected = "a chain to one of the roots that were given"
            raise self._wrong(expected, f"one by {stamp.authority}: {stamp.objection}")
        return timestamp

    def _check(self, reply: Reply) -> None:
        if (reply.status, reply.media_type) != (200, _REPLY):
            raise self._wrong(f"200, {_REPLY}", f"{reply.status}, {reply.media_type[:80]!a}")

    def _wrong(self, expected: str, found: str) -> Refused:
        return Refused(f"{PLACE} by {self._url}", expected, found)


def read_roots(path: Path) -> Sequence[bytes]:
    """The certificates of a file, in PEM, as DER.

    Raises:
        UnreadableFile: when it is not there, or holds none.
    """
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - lazily
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        found = load_pem_x509_certificates(path.read_bytes())
    except OSError as problem:
        told = problem.strerror or str(problem)
        raise UnreadableFile(str(path), "root certificates, in PEM", told) from problem
    except ValueError as problem:
        told = str(problem).partition(".")[0]
        raise UnreadableFile(str(path), "root certificates, in PEM", told) from problem
    return [certificate.public_bytes(Encoding.DER) for certificate in found]
