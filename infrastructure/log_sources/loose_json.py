"""JSON as other tools write it, mapped to I-JSON by the rules of docs/sources.md.

What is good I-JSON is read as it is. Not here: JSON that could be understood in two ways, such as
a key twice in one object: it is refused, not repaired.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from application.log_source import Account
from domain.canonical import Json, decode, decode_printed
from domain.canonical.printing import reprints
from domain.errors import InvalidInput

Members = dict[str, Json]
"""A JSON object."""

MAX_DEPTH: Final = 100
"""Less than the format's 128 levels: what is read here is put into parts, and these into views."""

NOT_FINITE: Final = "NaN or an infinity, kept as text"
BEYOND_INTEGER: Final = "an integer that no double prints identically, kept as text"
BEYOND_DOUBLE: Final = "a number beyond a double's range, kept as text"
SURROGATE: Final = "a text with a lone surrogate, kept as its escape"

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_loosely(data: bytes, place: str) -> tuple[Json, Mapping[str, int]]:
    """Read one JSON document; return its value, and how often which rule had to map something.

    Raises:
        InvalidInput: naming ``place``, for what no rule maps.
    """
    mapped: Counter[str] = Counter()
    try:
        value = decode(data, place)
    except InvalidInput as problem:
        value = _Loose(place, mapped).read(data, problem)
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        check_depth(value, place)
    return value, mapped


def read_printed(data: bytes) -> Json:
    """Read one document in which no rule has anything to map, as many programs print it.

    None for any other. How deep it is, is not checked.
    """
    if data[1:2] != b"\n":
        return decode_printed(data)
    outer = b" " * (len(data) - data.rfind(b"\n") - 2)  # where it was cut out of a document
    return decode_printed(data.replace(b"\n" + outer, b"\n"), indented=True)


def read_noted(data: bytes, place: str, account: Account) -> Json:
    """Read one JSON document, and note what had to be mapped.

    Raises:
        InvalidInput: as :func:`read_loosely`.
    """
    value, mapped = read_loosely(data, place)
    for rule, times in mapped.items():
        account.note(rule, place, times)
    return value


class _Loose:
    def __init__(self, place: str, mapped: Counter[str]) -> None:
        self._place, self._mapped = place, mapped

    def read(self, data: bytes, problem: InvalidInput) -> Json:
        parser = json.JSONDecoder(
            object_pairs_hook=self._members,
            parse_int=self._int,
            parse_float=self._float,
            parse_constant=self._constant,
        )
        try:
            value: Json = parser.decode(data.decode())
        except json.JSONDecodeError as error:
            found = f"not JSON: {error.msg} at character {error.pos}"
            raise InvalidInput(self._place, "JSON", found) from None
        except (UnicodeDecodeError, RecursionError):
            raise problem from None
        check_depth(value, self._place)
        return self._without_surrogates(value)

    def _members(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        members: dict[str, Json] = {}
        for key, value in pairs:
            name = self._text(key)
            if name in members:
                found = f"the key {name[:80]!a} twice in one object"
                raise InvalidInput(self._place, "unique keys", found)
            members[name] = value
        return members

    def _int(self, token: str) -> Json:
        if len(token) < 23 and reprints(int(token)):
            return int(token) if len(token) < 16 else decode(token)
        return self._kept(BEYOND_INTEGER, token)

    def _float(self, token: str) -> Json:
        value = float(token)
        return self._kept(BEYOND_DOUBLE, token) if math.isinf(value) else value

    def _constant(self, token: str) -> Json:
        return self._kept(NOT_FINITE, token)

    def _kept(self, rule: str, token: str) -> str:
        self._mapped[rule] += 1
        return token

    def _text(self, text: str) -> str:
        if not _SURROGATE.search(text):
            return text
        self._mapped[SURROGATE] += 1
        return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

    def _without_surrogates(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._without_surrogates(child) for child in value]
        if isinstance(value, dict):
            return {name: self._without_surrogates(child) for name, child in value.items()}
        return value


def check_depth(value: Json, place: str) -> None:
    """Raise ``InvalidInput`` for a value of more than 100 levels."""
    layer: list[Json] = [value]
    for _ in range(MAX_DEPTH + 1):
        layer = [child for node in layer for child in _children(node)]
        if not layer:
            return
    raise InvalidInput(place, f"at most {MAX_DEPTH} levels of nesting", "more")


def _children(node: Json) -> Iterable[Json]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()
