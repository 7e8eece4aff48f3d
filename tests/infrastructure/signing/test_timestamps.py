"""Timestamps that are right, and each way in which they can be wrong."""

import random
import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from domain.errors import InvalidInput
from domain.verification.policy import Stamp
from infrastructure.signing import timestamps
from infrastructure.signing.authority import read_roots
from infrastructure.signing.timestamps import (
    MOST_BYTES,
    find_timestamp_verifier,
    in_order,
    verify_timestamp,
)
from scripts.timestamps_by_hand import Authority, Timestamp
from tests.authorities import NEEDS_OPENSSL, OpensslAuthority

VECTORS = Path(__file__).parents[4] / "shared/vectors/rfc3161-client/test/fixtures"
NEEDS_VECTORS = pytest.mark.skipif(not VECTORS.exists(), reason="needs the shared vectors")

AUTHORITY, MESSAGE = Authority(), b"a checkpoint"
GOOD = Timestamp(AUTHORITY, MESSAGE)
STAMPING, SIGNING = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING


def der(authority: Authority) -> bytes:
    return authority.root_der


def stamp(data: bytes, *roots: Authority, messages: tuple[bytes, ...] = (MESSAGE,)) -> Stamp:
    return verify_timestamp(data, messages, [der(each) for each in roots or (AUTHORITY,)])


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_a_timestamp_says_who_saw_what_by_when(name: str) -> None:
    told = stamp(replace(GOOD, hash_name=name, by=name).response(), messages=(b"other", MESSAGE))
    assert told == Stamp("2026-11-23T12:00:00.000000Z", "tsa.example", 1, "")


def test_the_older_name_of_a_certificate_is_read_too() -> None:
    assert stamp(replace(GOOD, by="sha1").response()).objection == ""


def test_a_chain_counts_that_was_valid_at_the_stamped_time_and_is_no_longer() -> None:
    past = Authority(first=2020, last=2024)
    at = datetime(2022, 1, 1, tzinfo=UTC)
    told = stamp(Timestamp(past, MESSAGE, at=at).response())
    assert (told.by, told.objection) == ("2022-01-01T00:00:00.000000Z", "")


def test_a_chain_that_leads_to_no_root_that_is_trusted_shows_nothing() -> None:
    data = GOOD.response()
    whole = replace(GOOD, carries=[AUTHORITY.certificate_der, der(AUTHORITY)]).response()
    impostor = Timestamp(replace(AUTHORITY, name="another"), MESSAGE).response()
    for each, root in ((data, Authority("x")), (whole, Authority("x")), (impostor, AUTHORITY)):
        assert stamp(each, root).objection == "its chain leads to no root that you trust"
    assert verify_timestamp(data, [MESSAGE], []).objection == "no root to check it by"


WRONG = {
    "other message": (replace(GOOD, message=b"another"), "over the sha256"),
    "weak hash": (replace(GOOD, hash_name="sha1"), "one of sha256"),
    "not yet valid": (Timestamp(Authority(first=2030), MESSAGE), "not yet valid"),
    "expired": (Timestamp(Authority(first=2020, last=2024), MESSAGE), "has expired"),
    "no purpose": (Timestamp(Authority(purposes=None), MESSAGE), "purpose"),
    "other purpose": (Timestamp(Authority(purposes=[SIGNING]), MESSAGE), "purpose"),
    "more purposes": (Timestamp(Authority(purposes=[STAMPING, SIGNING]), MESSAGE), "purpose"),
    "purpose not critical": (Timestamp(Authority(critical=False), MESSAGE), "purpose"),
    "names another": (replace(GOOD, names=Authority("x").certificate_der), "named by the signed"),
    "names none": (replace(GOOD, names=b""), "no name"),
    "names by another hash": (replace(GOOD, by="sha224"), "one of sha256"),
    "no certificate": (replace(GOOD, carries=[]), "named by the signed"),
    "refused": (replace(GOOD, status=2), "the status 0, granted, found 2"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused(what: str) -> None:
    timestamp, told = WRONG[what]
    with pytest.raises(InvalidInput, match=told):
        stamp(timestamp.response())


def test_another_time_than_the_signed_one_is_refused() -> None:
    assert GOOD.altered() != GOOD.response()
    with pytest.raises(InvalidInput, match="digest failure"):
        stamp(GOOD.altered())


@pytest.mark.parametrize("data", [b"", b"hello", GOOD.response() + b"\0", bytes(MOST_BYTES + 1)])
def test_other_bytes_are_no_timestamp(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        stamp(data)


def test_no_change_of_a_byte_is_more_than_refused() -> None:
    """What is signed can't change; beside it stand numbers and the order of what may be there."""
    good, drawn = GOOD.response(), random.Random(5)
    expected = stamp(good)
    for at in range(len(good)):
        changed = bytearray(good)
        changed[at] ^= 1 << drawn.randrange(8)
        try:
            told = stamp(bytes(changed))
        except InvalidInput:
            continue
        assert told in {expected, expected._replace(objection=told.objection)}, at


def test_certificates_are_put_in_order_and_nothing_else() -> None:
    carried = [AUTHORITY.certificate_der, der(AUTHORITY)]
    good = replace(GOOD, carries=carried).response()
    first, second = sorted(carried)
    mixed = good.replace(first + second, second + first)
    assert mixed != good
    assert in_order(mixed) == in_order(good) == good
    with pytest.raises(InvalidInput, match="DER"):
        stamp(mixed)
    for other in (b"", b"hello", b"\x30\x00", replace(GOOD, status=2).response()):
        assert in_order(other) == other


@NEEDS_OPENSSL
def test_openssl_accepts_what_we_accept(tmp_path: Path) -> None:
    openssl = OpensslAuthority(tmp_path / "authority")
    openssl.root.write_text(AUTHORITY.root_pem)
    assert openssl.verifies(GOOD.response(), MESSAGE)
    assert not openssl.verifies(GOOD.response(), b"another")


def test_without_the_library_there_is_no_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_timestamp_verifier() is verify_timestamp
    monkeypatch.setattr(timestamps, "find_spec", lambda name: find_spec(f"no_{name}"))
    assert find_timestamp_verifier() is None
    assert "rfc3161_client" in sys.modules


@NEEDS_VECTORS
@pytest.mark.parametrize(
    ("file", "roots", "by"),
    [
        ("sigstage/response-sha256.tsr", "sigstage", "2025-05-09T11:58:56.000000Z"),
        ("sigstage/response-sha384.tsr", "sigstage", "2025-05-09T11:58:56.000000Z"),
        ("sigstage/response-sha512.tsr", "sigstage", "2025-05-09T11:58:57.000000Z"),
        ("test_tsa/response.tsr", "test_tsa", "2024-10-08T15:40:33.000000Z"),
    ],
)
def test_timestamps_of_others_are_accepted(file: str, roots: str, by: str) -> None:
    trusted = read_roots(VECTORS / roots / "ts_chain.pem")
    told = verify_timestamp((VECTORS / file).read_bytes(), [b"hello"], trusted)
    assert (told.by, told.objection) == (by, "")


@NEEDS_VECTORS
@pytest.mark.parametrize(
    ("file", "roots", "told"),
    [
        ("sigstage/response-invalid-signature.tsr", "sigstage", "signature failure"),
        ("sigstage/response-no-embedded-cert.tsr", "sigstage", "named by the signed attributes"),
        ("sigstore.mock/response-expired.tsr", "sigstore.mock", "expected"),
    ],
)
def test_bad_timestamps_of_others_are_refused(file: str, roots: str, told: str) -> None:
    trusted = read_roots(VECTORS / roots / "ts_chain.pem")
    with pytest.raises(InvalidInput, match=told):
        verify_timestamp((VECTORS / file).read_bytes(), [b"hello"], trusted)


@NEEDS_VECTORS
def test_certificates_that_were_added_to_a_timestamp_name_nobody() -> None:
    trusted = read_roots(VECTORS / "test_tsa/ts_chain.pem")
    injected = (VECTORS / "test_tsa/response-injected-certs.tsr").read_bytes()
    good = (VECTORS / "test_tsa/response.tsr").read_bytes()
    told = [verify_timestamp(each, [b"hello"], trusted) for each in (injected, good)]
    assert told[0] == told[1]
