"""The policy as it is written down: a document of tables, read strictly (docs/policy.md).

The same document is TOML or JSON. Not here: files and their syntax, how tables are read
(``tables``), and what a policy comes to (``verify``).
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, cast

from domain.errors import InvalidInput, shown
from domain.syntax import is_digest, is_origin, is_time
from domain.transparency.signed_note import COSIGNATURE, ED25519, VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy, TimestampRoot, TrustedKey
from domain.verification.tables import Place, Table, text_of, whole_of

_REQUIRABLE: Final = [check for check in Check if check is not Check.POLICY]
"""The policy cannot require itself: it is what the others come to."""

CHECKS: Final[Mapping[str | int, Check]] = {
    name: check for check in _REQUIRABLE for name in (check.label, str(check.number), check.number)
}
"""Each of them by its name, and by its number, as a text or as it is."""

_PEM: Final = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*", re.ASCII
)


def read_document(document: object, file: str) -> Policy:
    """Read a policy.

    Args:
        document: what the TOML or JSON says; times are ``datetime`` or in the format's own form.
        file: what to call it in errors.

    Raises:
        InvalidInput: naming the place in the file.
    """
    top = Table(Place(file), document)
    policy = Policy(
        keys=_keys(top),
        required=frozenset(top.each("require", read_check)),
        digests=frozenset(top.each("digests", _digest)),
        roots=[_root(table) for table in top.tables("timestamps")],
    )
    witnesses = top.table("witnesses")
    top.end()
    return policy if witnesses is None else _with_witnesses(policy, witnesses)


def read_check(name: object, place: str) -> Check:
    """The check of this name or number.

    Raises:
        InvalidInput: naming the place.
    """
    check = CHECKS.get(name) if isinstance(name, str) or type(name) is int else None
    if check is None:
        labels = ", ".join(each.label for each in _REQUIRABLE)
        raise InvalidInput(place, f"one of {labels}", ascii(name)[:80])
    return check


def _keys(top: Table) -> Sequence[TrustedKey]:
    keys: dict[VerifierKey, TrustedKey] = {}
    for trusted in (trusted for origin in top.tables("origins") for trusted in _origin(origin)):
        if trusted.key in keys:
            found = f"{trusted.key.encode()} again"
            raise InvalidInput(str(top.place / "origins"), "each key once", found)
        keys[trusted.key] = trusted
    return [*keys.values()]


def _origin(table: Table) -> Iterator[TrustedKey]:
    name = table.get("name", _origin_name)
    keys = [_trusted(each, name) for each in table.tables("keys")]
    table.end()
    if not keys:
        raise InvalidInput(str(table.place / "keys"), f"a key of {name} at least", "none")
    yield from keys


def _trusted(table: Table, origin: str) -> TrustedKey:
    key = table.get("key", _key_of(origin))
    since, until, compromised = (
        table.get(name, _time, "") for name in ("from", "until", "compromised")
    )
    table.end()
    if since and until and until <= since:
        raise InvalidInput(str(table.place / "until"), f"a time behind from, {since}", until)
    return TrustedKey(key, since, until, compromised)


def _key_of(origin: str) -> Callable[[Any, str], VerifierKey]:
    def read(value: object, place: str) -> VerifierKey:
        key = _key(value, place, ED25519)
        if key.name != origin:
            raise InvalidInput(place, f"a key of {origin}", f"one of {key.name}")
        return key

    return read


def _with_witnesses(policy: Policy, table: Table) -> Policy:
    """Count distinct keys: one key under many names is one witness, and the log is none."""
    place = str(table.place / "keys")
    witnesses = table.each("keys", lambda value, at: _key(value, at, COSIGNATURE))
    quorum = table.get("quorum", whole_of)
    table.end()
    others = {trusted.key.public_key for trusted in policy.keys}
    for witness in witnesses:
        if witness.public_key in others:
            expected = "a key for each witness, which is no other witness's and no origin's"
            raise InvalidInput(place, expected, f"{witness.encode()} again")
        others.add(witness.public_key)
    if not witnesses:
        raise InvalidInput(place, "a witness at least", "none")
    if not 1 <= quorum <= len(witnesses):
        expected = f"1 to {len(witnesses)}, the number of witnesses"
        raise InvalidInput(str(table.place / "quorum"), expected, str(quorum))
    return replace(policy, witnesses=witnesses, quorum=quorum)


def _root(table: Table) -> TimestampRoot:
    root = TimestampRoot(table.get("name", text_of), table.get("root", _certificate))
    table.end()
    return root


def _certificate(value: object, place: str) -> bytes:
    """One certificate's DER: its outermost SEQUENCE is all that there is."""
    found = _PEM.fullmatch(text_of(value, place))
    if found is None:
        raise InvalidInput(place, "one certificate, in PEM", "something else")
    try:
        der = b64decode("".join(found[1].split()), validate=True)
    except ValueError:
        raise InvalidInput(place, "one certificate, in PEM", "no base64") from None
    size = der[1] & 0x7F if der[:1] == b"\x30" and der[1:2] > b"\x80" else 0
    if not size or len(der) != 2 + size + int.from_bytes(der[2 : 2 + size], "big"):
        raise InvalidInput(place, "one certificate, in PEM", "another structure")
    return der


def _key(value: object, place: str, kind: bytes) -> VerifierKey:
    text = text_of(value, place)
    try:
        return VerifierKey.parse(text, kind)
    except InvalidInput as problem:
        raise InvalidInput(place, problem.expected, problem.found) from None


def _time(value: object, place: str) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        with suppress(OverflowError):  # in the first hours of time, or the last
            utc = value.astimezone(UTC)
            return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, str) and is_time(value):
        return value
    expected = "a time with its offset, as text 2026-11-23T09:00:00.000000Z (27 characters)"
    raise InvalidInput(place, expected, ascii(str(value))[:80])


def _digest(value: object, place: str) -> str:
    if not is_digest(value):
        raise InvalidInput(place, "64 lower-case hex digits", shown(value))
    return cast("str", value)


def _origin_name(value: object, place: str) -> str:
    if not is_origin(value):
        expected = "an origin, 1 to 128 of a-z 0-9 . - /"
        raise InvalidInput(place, expected, shown(value))
    return cast("str", value)
