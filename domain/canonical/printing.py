"""RFC 8785 by the standard library alone: the reference that every quicker way must equal.

Not here: reading, and the quicker way (``domain.canonical`` itself).
"""

import math
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

from domain.errors import InvalidInput

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH: Final = 128
"""Containers within containers; an array of numbers is 1 deep."""

MAX_INTEGER: Final = 2**53 - 1
"""An integer beyond it is a double, and fits only if it re-prints identically (RFC 7493 §2.2)."""

_PLACE: Final = "value to encode"


def print_reference(value: Json) -> bytes:
    """Print ``value``; the contract and the errors are those of ``domain.canonical.encode``."""
    try:
        return _print(value, MAX_DEPTH).encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(_PLACE, *lone_surrogate(error)) from None


def lone_surrogate(error: UnicodeEncodeError) -> tuple[str, str]:
    """Put the one reason for which text has no UTF-8 into what was expected and found."""
    return "Unicode characters", f"the lone surrogate U+{ord(error.object[error.start]):04X}"


def reprints(value: int) -> bool:
    """Say whether one who knows only doubles prints this integer as it was: never from 1e21 on."""
    return -MAX_INTEGER <= value <= MAX_INTEGER or (
        abs(value) < 10**21 and print_float(float(value)) == str(value)
    )


def _print(value: object, room: int) -> str:
    kind = type(value)
    if kind in _SCALARS:
        return _SCALARS[kind](value)
    if kind not in _CONTAINERS:
        expected = "null, a bool, int, float, str, list or dict"
        raise InvalidInput(_PLACE, expected, f"the type {kind.__name__}")
    if room == 0:
        raise InvalidInput(_PLACE, f"at most {MAX_DEPTH} levels of nesting", "one deeper")
    return _CONTAINERS[kind](value, room - 1)


def _print_list(values: list[Any], room: int) -> str:
    return f"[{','.join([_print(value, room) for value in values])}]"


def _print_dict(members: dict[Any, Any], room: int) -> str:
    pairs = [f"{encode_basestring(key)}:{_print(members[key], room)}" for key in _sorted(members)]
    return f"{{{','.join(pairs)}}}"


def _sorted(keys: Iterable[Any]) -> list[str]:
    """Keys by their UTF-16 code units (RFC 8785 §3.2.3); in ASCII, that is the order of ``str``."""
    try:
        if "".join(keys).isascii():
            return sorted(keys)
    except TypeError:
        kinds = sorted({type(key).__name__ for key in keys} - {"str"})
        raise InvalidInput(_PLACE, "keys that are strings", ", ".join(kinds)) from None
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _print_int(value: int) -> str:
    if not reprints(value):
        found = f"one of {value.bit_length()} bits that is none"
        raise InvalidInput(_PLACE, "an integer that a double prints identically", found)
    return str(value)


def print_float(value: float) -> str:
    """Number::toString of ECMA-262 (RFC 8785 §3.2.2.3), from the digits of ``float.__repr__``.

    Both print the shortest digits that round-trip. They part in where the exponent form begins
    (in ECMAScript below 1e-6 and from 1e21 on), in its padding, and in ``1.0`` and ``-0.0``.
    """
    if not math.isfinite(value):
        raise InvalidInput(_PLACE, "a finite number", repr(value))
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    power = int(exponent)
    if not -7 < power < 21:
        return f"{mantissa}e{power:+d}"
    sign = "-" if value < 0 else ""
    digits = mantissa.lstrip("-").replace(".", "")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    return f"{sign}{digits}{'0' * (power + 1 - len(digits))}"


_SCALARS: Final[dict[type[Any], Callable[[Any], str]]] = {
    str: encode_basestring,
    int: _print_int,
    float: print_float,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}
_CONTAINERS: Final[dict[type[Any], Callable[[Any, int], str]]] = {
    list: _print_list,
    dict: _print_dict,
}
