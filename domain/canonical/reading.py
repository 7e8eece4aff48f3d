"""A strict I-JSON reader (RFC 7493) on the standard library's parser: refuses, never repairs.

Noncharacters (U+FFFE and its like) are let through, against RFC 7493 §2.1: models write them, and
every parser reads the same. A float may have more digits than a double holds.

Not here: whether what was read is in its canonical form (``domain.canonical.decode_canonical``).
"""

import json
import math
import re
from typing import Final

from domain.canonical.printing import MAX_DEPTH, MAX_INTEGER, Json, lone_surrogate, reprints
from domain.errors import InvalidInput

_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKET: Final = re.compile(r"[\[{\]}]")
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def decode(data: bytes | str, place: str = "input") -> Json:
    """Read one I-JSON document.

    A number is an ``int`` if it has neither point nor exponent and is within ``MAX_INTEGER``.

    Raises ``InvalidInput``, naming ``place`` and what was found, for all that RFC 8259 forbids, and
    for duplicate keys, NaN and infinities, numbers beyond a double, integers that no double prints,
    lone surrogates, anything but UTF-8, a byte order mark, and more than ``MAX_DEPTH`` levels.
    """
    try:
        text = (data.encode() if isinstance(data, str) else data).decode()
        _look_ahead(text)
        value: Json = _PARSER.decode(text)
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except _Unfit as error:
        raise InvalidInput(place, error.expected, error.found) from None
    except UnicodeDecodeError as error:
        found = f"the byte 0x{error.object[error.start]:02x} at byte {error.start}"
        raise InvalidInput(place, "UTF-8", found) from None
    except UnicodeEncodeError as error:
        raise InvalidInput(place, *lone_surrogate(error)) from None
    except json.JSONDecodeError as error:
        raise InvalidInput(
            place, "JSON", f"not JSON: {error.msg} at character {error.pos}"
        ) from None
    except RecursionError:
        raise InvalidInput(place, "JSON", "more nesting than there is stack left for") from None
    return value


class _Unfit(Exception):
    """Refused by one of the functions below, which don't know the place."""

    def __init__(self, expected: str, found: str) -> None:
        self.expected = expected
        self.found = found
        super().__init__(expected, found)


def _look_ahead(text: str) -> None:
    """Refuse a byte order mark, and nesting before a parser recurses into it."""
    if text.startswith("\ufeff"):
        raise _Unfit("JSON", "a byte order mark")
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    # With escaped backslashes and quotes gone, every other piece between quotes is not a string.
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    depth = 0
    for bracket in _BRACKET.findall("".join(outside)):
        depth += _STEP[bracket]
        if depth > MAX_DEPTH:
            raise _Unfit(f"at most {MAX_DEPTH} levels of nesting", "more")


def _read_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Unfit("unique keys", f"the key {key[:80]!a} twice in one object")
            seen.add(key)
    return members


def _read_int(token: str) -> int | float:
    if len(token) < 16:
        return int(token)
    if len(token) < 23 and reprints(int(token)):
        return int(token) if abs(int(token)) <= MAX_INTEGER else float(token)
    raise _Unfit("integers that a double prints identically", f"{token[:32]} ({len(token)} long)")


def _read_float(token: str) -> float:
    value = float(token)
    if math.isinf(value):
        raise _Unfit("numbers within the range of a double", f"{token[:32]} ({len(token)} long)")
    return value


def _read_constant(token: str) -> float:
    raise _Unfit("JSON", token)


_PARSER: Final = json.JSONDecoder(
    object_pairs_hook=_read_members,
    parse_int=_read_int,
    parse_float=_read_float,
    parse_constant=_read_constant,
)
