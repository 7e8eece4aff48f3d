"""Bundles with timestamps over the log's head: good ones, and bad ones by what is wrong with them.

A bundle without one is sound: whoever requires a time must say so (``conformance_proofs``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from cryptography.x509.oid import ExtendedKeyUsageOID

from scripts.bundle_by_hand import Members, Signer
from scripts.conformance_fixture import Bad
from scripts.conformance_proofs import SOUND
from scripts.log_by_hand import SEAL_PROOF, proof_of
from scripts.timestamps_by_hand import Authority, Timestamp

PROOF: Final = proof_of(SOUND)
LOGGED: Final = {**SOUND, SEAL_PROOF: PROOF.file()}
CHECKPOINT: Final = PROOF.file().removeprefix(PROOF.head)
AUTHORITY, SECOND, PAST = Authority(), Authority("tsa2.example"), Authority(first=2020, last=2024)
GOOD: Final = Timestamp(AUTHORITY, CHECKPOINT)
STAMPING, SIGNING = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING


class GoodTime(NamedTuple):
    """A good bundle: its name, why it is good, what is in it, and what its checks come to."""

    name: str
    why: str
    members: Members
    outcomes: Mapping[str, str]
    given: dict[str, Any]


def member(number: int) -> str:
    """The name of a timestamp, from 1."""
    return f"proof/timestamp-{number}.tsr"


def stamped(*timestamps: bytes, logged: Members = LOGGED) -> Members:
    """The bundle with these."""
    return {**logged, **{member(at): data for at, data in enumerate(timestamps, 1)}}


def trusting(*authorities: Authority) -> dict[str, Any]:
    """What a verifier is given that trusts the roots of these."""
    roots = [{"name": each.name, "root": each.root_pem} for each in authorities]
    return {"policy": {"timestamps": roots}}


def good_times() -> Iterator[GoodTime]:
    """Timestamps as they should be."""
    shown, data = {"time": "passed", "policy": "passed"}, GOOD.response()
    both = trusting(AUTHORITY, SECOND)
    by_second = Timestamp(SECOND, CHECKPOINT, hash_name="sha512", by="sha512").response()
    whole = replace(GOOD, carries=[AUTHORITY.certificate_der, AUTHORITY.root_der]).response()
    then = Timestamp(PAST, CHECKPOINT, at=datetime(2023, 1, 1, tzinfo=UTC)).response()
    renewal = Timestamp(SECOND, CHECKPOINT + data, hash_name="sha512").response()
    witness = Signer("witness.example/w1", "a witness").line(PROOF.text)
    cosigned = {**LOGGED, SEAL_PROOF: PROOF.file() + witness}
    rows = {
        "stamped": ("the verifier has the root", stamped(data), trusting(AUTHORITY)),
        "stamped-with-its-chain": ("the root came along", stamped(whole), trusting(AUTHORITY)),
        "stamped-twice": ("two authorities", stamped(data, by_second), both),
        "stamped-twice-and-one-known": ("one is enough", stamped(data, by_second),
                                        trusting(SECOND)),
        "stamped-and-expired-since": ("valid when it was stamped", stamped(then), trusting(PAST)),
        "stamped-and-renewed": ("the second covers the first", stamped(data, renewal), both),
        "stamped-then-cosigned": ("a witness came later", stamped(data, logged=cosigned),
                                  trusting(AUTHORITY)),
        "stamped-sixteen-times": ("the most there can be", stamped(*[data] * 16), both),
    }  # fmt: skip
    for name, (why, members, given) in rows.items():
        yield GoodTime(name, why, members, shown, given)
    yield GoodTime("stamped-and-no-root", "whose word is it?", stamped(data), {}, {})


def times() -> Iterator[Bad]:
    """All that is wrong with a timestamp, or with where it stands."""
    yield from _tokens()
    yield from _places()


def _tokens() -> Iterator[Bad]:
    other = Authority("another.example")
    rows: dict[str, tuple[bytes, str]] = {
        "time-altered": (GOOD.altered(), "it was signed with another"),
        "of-another-checkpoint": (replace(GOOD, message=b"another").response(), "something else"),
        "of-the-whole-proof": (replace(GOOD, message=PROOF.file()).response(), "the head alone"),
        "of-the-text-alone": (replace(GOOD, message=PROOF.text).response(), "with its signature"),
        "by-sha1": (replace(GOOD, hash_name="sha1").response(), "others could be made for it"),
        "chain-expired": (_by(PAST), "when it was stamped"),
        "chain-not-yet-valid": (_by(Authority(first=2030)), "too early"),
        "certificate-for-code": (_by(Authority(purposes=[SIGNING])), "not for timestamps"),
        "certificate-for-code-too": (_by(Authority(purposes=[STAMPING, SIGNING])), "not alone"),
        "certificate-for-anything": (_by(Authority(purposes=None)), "it does not say for what"),
        "purpose-not-critical": (_by(Authority(critical=False)), "it may be overlooked"),
        "names-another-certificate": (replace(GOOD, names=other.certificate_der).response(),
                                      "which one has signed?"),
        "names-no-certificate": (replace(GOOD, names=b"").response(), "which one has signed?"),
        "certificate-left-out": (replace(GOOD, carries=[]).response(), "it must come along"),
        "refusal": (replace(GOOD, status=2).response(), "an answer, and no timestamp"),
        "empty": (b"", "nothing"),
        "cut": (GOOD.response()[:-1], "not all of it"),
        "padded": (GOOD.response() + b"\0", "more than it"),
    }  # fmt: skip
    for name, (data, why) in rows.items():
        yield _bad(name, member(1), why, stamped(data))
    renewal = Timestamp(AUTHORITY, CHECKPOINT + b"another", hash_name="sha512").response()
    why = "it covers something else than the one before"
    yield _bad("renewal-of-another", member(2), why, stamped(GOOD.response(), renewal))
    first = Timestamp(AUTHORITY, CHECKPOINT + GOOD.response()).response()
    yield _bad("renewal-of-one-behind", member(1), "it is first", stamped(first, GOOD.response()))


def _by(authority: Authority) -> bytes:
    return Timestamp(authority, CHECKPOINT).response()


def _places() -> Iterator[Bad]:
    data = GOOD.response()
    gap = {**LOGGED, member(1): data, member(3): data}
    yield _bad("gap", member(3), "the second is missing", gap)
    yield _bad("not-from-one", member(2), "the first is missing", {**LOGGED, member(2): data})
    yield _bad("without-a-checkpoint", member(1), "over what?", stamped(data, logged=SOUND))
    yield _bad("of-65-kb", member(1), "too large to be read", stamped(bytes(65_537)))


def _bad(name: str, place: str, why: str, members: Members) -> Bad:
    return Bad(name, place, why, members, also=["policy"], given=trusting(AUTHORITY))
