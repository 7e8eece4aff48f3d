"""The policy as it is written down: a document of tables, read strictly (docs/policy.md).

The same document is TOML or JSON. Every error names the file, the place in it, what was expected
and what was found; a key that is not known is refused, as one that is misspelt would ask for less
than was meant. Not here: files, TOML and JSON, and what a policy comes to (``verify``).
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeVar, cast

from domain.errors import InvalidInput
from domain.syntax import is_digest, is_origin, is_time
from domain.transparency.signed_note import COSIGNATURE, ED25519, VerifierKey
from domain.verification.checks import BY_LABEL, Check
from domain.verification.policy import Policy, TimestampRoot, TrustedKey

CHECKS: Final = {**BY_LABEL, **{str(check.number): check for check in Check}}
"""Each check by its name, and by its number."""

_PEM: Final = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*", re.ASCII
)

T = TypeVar("T")


def read_document(document: object, file: str) -> Policy:
    """Read a policy.

    Args:
        document: what the TOML or JSON says; times are ``datetime`` or in the format's own form.
        file: what to call it in errors.

    Raises:
        InvalidInput: naming the place in the file.
    """
    top = _Table(_Place(file), document)
    policy = Policy(
        keys=_distinct([key for origin in top.tables("origins") for key in _origin(origin)]),
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
    if not isinstance(name, str) or name not in CHECKS:
        raise InvalidInput(place, f"one of {', '.join(BY_LABEL)}", ascii(name)[:80])
    return CHECKS[name]


class _Place(NamedTuple):
    """Where something stands: the file, and the path in it."""

    file: str
    path: str = ""

    def __truediv__(self, name: str) -> "_Place":
        return _Place(self.file, f"{self.path}.{name}" if self.path else name)

    def at(self, index: int) -> "_Place":
        return _Place(self.file, f"{self.path}[{index}]")

    def __str__(self) -> str:
        return f"{self.file}: {self.path}" if self.path else self.file


class _Table:
    """A table, of which whatever nobody asks for is refused."""

    def __init__(self, place: _Place, value: object) -> None:
        if not isinstance(value, dict):
            raise InvalidInput(str(place), "a table", _kind(value))
        self.place = place
        self._values = dict(cast("dict[str, Any]", value))
        self._known: list[str] = []

    def get(self, name: str, read: Callable[[Any, str], T], otherwise: T | None = None) -> T:
        """One value; it must be there where there is nothing to take otherwise."""
        self._known.append(name)
        if name not in self._values and otherwise is not None:
            return otherwise
        place = str(self.place / name)
        if name not in self._values:
            raise InvalidInput(place, "a value", "none")
        return read(self._values.pop(name), place)

    def each(self, name: str, read: Callable[[Any, str], T]) -> Sequence[T]:
        """What a list holds; of one that is left out, nothing."""
        return [read(value, str(place)) for place, value in self._list(name)]

    def tables(self, name: str) -> Iterator["_Table"]:
        """The tables of a list; of one that is left out, none."""
        return (_Table(place, value) for place, value in self._list(name))

    def table(self, name: str) -> "_Table | None":
        """One table, if it is there."""
        self._known.append(name)
        return _Table(self.place / name, self._values.pop(name)) if name in self._values else None

    def end(self) -> None:
        """Refuse what is left."""
        for name in self._values:
            expected = f"one of {', '.join(self._known)}"
            raise InvalidInput(str(self.place / ascii(name)[1:-1][:80]), expected, "another key")

    def _list(self, name: str) -> Sequence[tuple[_Place, Any]]:
        values = self.get(name, _list, list[Any]())
        return [((self.place / name).at(index), value) for index, value in enumerate(values)]


def _origin(table: _Table) -> Iterator[TrustedKey]:
    name = table.get("name", _origin_name)
    keys = [_trusted(each, name) for each in table.tables("keys")]
    table.end()
    if not keys:
        raise InvalidInput(str(table.place / "keys"), f"a key of {name} at least", "none")
    yield from keys


def _trusted(table: _Table, origin: str) -> TrustedKey:
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


def _distinct(keys: Sequence[TrustedKey]) -> Sequence[TrustedKey]:
    for index, trusted in enumerate(keys):
        if any(trusted.key == other.key for other in keys[:index]):
            raise InvalidInput("origins", "each key once", f"{trusted.key.encode()} again")
    return keys


def _with_witnesses(policy: Policy, table: _Table) -> Policy:
    """Count distinct keys: one key under many names is one witness, and the log is none."""
    place = str(table.place / "keys")
    witnesses = table.each("keys", lambda value, at: _key(value, at, COSIGNATURE))
    quorum = table.get("quorum", _whole)
    table.end()
    others = {trusted.key.public_key for trusted in policy.keys}
    for witness in witnesses:
        if witness.public_key in others:
            expected = "a key for each witness, which is no other witness's and no origin's"
            raise InvalidInput(place, expected, f"{witness.encode()} again")
        others.add(witness.public_key)
    if not 1 <= quorum <= len(witnesses):
        expected = f"1 to {len(witnesses)}, the number of witnesses" if witnesses else "witnesses"
        raise InvalidInput(str(table.place / "quorum"), expected, str(quorum))
    return replace(policy, witnesses=witnesses, quorum=quorum)


def _root(table: _Table) -> TimestampRoot:
    root = TimestampRoot(table.get("name", _text), table.get("root", _certificate))
    table.end()
    return root


def _certificate(value: object, place: str) -> bytes:
    """One certificate's DER: its outermost SEQUENCE is all that there is."""
    found = _PEM.fullmatch(_text(value, place))
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
    text = _text(value, place)
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
    expected = "a time with its offset, such as 2026-11-23T09:00:00Z"
    raise InvalidInput(place, expected, ascii(str(value))[:80])


def _digest(value: object, place: str) -> str:
    if not is_digest(value):
        raise InvalidInput(place, "64 lower-case hex digits", ascii(value)[:80])
    return cast("str", value)


def _origin_name(value: object, place: str) -> str:
    if not is_origin(value):
        expected = "an origin, 1 to 128 of a-z 0-9 . - /"
        raise InvalidInput(place, expected, ascii(value)[:80])
    return cast("str", value)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidInput(place, "a text", ascii(value)[:80])
    return value


def _whole(value: object, place: str) -> int:
    if type(value) is not int:
        raise InvalidInput(place, "a whole number", ascii(value)[:80])
    return value


def _list(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInput(place, "a list", ascii(value)[:80])
    found: list[Any] = value
    return found


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else ascii(value)[:80]
