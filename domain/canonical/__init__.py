"""The one JSON form that this archive prints, and the strict door through which JSON comes in.

Printing is RFC 8785 (JCS), reading is I-JSON (RFC 7493): what two parsers could understand
differently is refused, not repaired. ``printing`` and ``reading`` are the reference, made of the
standard library alone; orjson, where importable, serves here where it is provably the same.

Not here: what a line means (``domain.evaluation``), how long it may be (``domain.bundle``), and
the repair of other tools' looser JSON (the readers of their log files).
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from domain.canonical.printing import MAX_DEPTH, MAX_INTEGER, Json, print_reference
from domain.canonical.reading import decode as decode_strictly
from domain.errors import InvalidInput, shown

try:
    import orjson
except ImportError:  # the zipapp runs on the standard library alone: slower, the same bytes
    orjson = None  # type: ignore[assignment]  # a module's name cannot be declared optional

__all__ = [
    "MAX_DEPTH",
    "MAX_INTEGER",
    "Json",
    "decode",
    "decode_canonical",
    "decode_simple",
    "encode",
    "encode_simple",
    "reread",
]

_PLAIN: Final = 0 if orjson is None else orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_LOOSE: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_ASTRAL: Final = re.compile(rb"[\xf0-\xf4]")
_SCALARS: Final[frozenset[type]] = frozenset({str, int, bool, type(None)})
_CONTAINERS: Final[frozenset[type]] = frozenset({dict, list})

reread: Final[Callable[[bytes], Json]] = json.loads if orjson is None else orjson.loads
"""Read a line again that was accepted before as canonical; it is not checked again."""


def encode(value: Json) -> bytes:
    """Print ``value`` in its RFC 8785 form: UTF-8, without a newline.

    Only the exact types of ``Json`` are printed, no subclasses of them (an enum has a ``.value``).
    Raises ``InvalidInput`` for NaN and infinities, integers that no double prints, lone surrogates,
    keys that are not strings, other types, and more than ``MAX_DEPTH`` levels.
    """
    return encode_simple(value) or print_reference(value)


def encode_simple(value: Json, levels: int = MAX_DEPTH) -> bytes | None:
    """Print a value of at most so many levels that orjson prints by RFC 8785; None for another.

    Two things it prints in its own way, and they are left to the reference: floats, and keys in the
    order of code points, which parts from that of UTF-16 code units (RFC 8785 §3.2.3) only where
    there is an astral character.
    """
    if orjson is None or not _is_simple(value, levels):
        return None
    try:
        printed = b"%b" % orjson.dumps(value, option=_PLAIN)  # a copy: its own has 4 KiB at least
    except TypeError:  # an integer beyond 53 bits, a lone surrogate or a key that is not a string
        return None
    return printed if printed.isascii() or not _ASTRAL.search(printed) else None


def decode(data: bytes | str, place: str = "input") -> Json:
    """Read one I-JSON document strictly: contract and errors are those of ``reading.decode``.

    What prints as it stands has no key twice, no odd number and no blank; all else goes the long
    way.
    """
    with suppress(UnicodeEncodeError):  # the strict reader says what is wrong
        line = data.encode() if isinstance(data, str) else data
        value = decode_printed(line)
        if value is not None and (_is_simple(value, MAX_DEPTH) or not _is_deep(line)):
            return value
    return decode_strictly(data, place)


def decode_printed(data: bytes, *, indented: bool = False) -> Json:
    """Read a document that orjson prints as it stands, compact or indented by two; else ``None``.

    Such a one has no key twice and no odd number. How deep it is, is not checked.
    """
    if orjson is None:
        return None
    option = orjson.OPT_STRICT_INTEGER | (orjson.OPT_INDENT_2 if indented else 0)
    try:
        value: Json = orjson.loads(data)
        return value if orjson.dumps(value, option=option) == data else None
    except (ValueError, TypeError, RecursionError):
        return None


def decode_canonical(line: bytes, place: str = "line") -> Json:
    """Read ``line`` as ``decode`` does, and only if ``encode`` prints exactly these bytes.

    Raises ``InvalidInput`` as ``decode`` does, or with both sides from where they first differ.
    """
    value = decode_simple(line)
    if value is not None:
        return value
    value = decode_strictly(line, place)
    printed = print_reference(value)
    if printed != line:
        raise InvalidInput(place, *_difference(printed, line))
    return value


def decode_simple(line: bytes, levels: int = MAX_DEPTH) -> Json:
    """Read a canonical line as ``encode_simple`` prints it; None for another, and for ``null``.

    However loosely it is read: what a value prints as is canonical.
    """
    try:
        value: Json
        if orjson is not None:
            value = orjson.loads(line)
            is_printed = orjson.dumps(value, option=_PLAIN) == line
        else:
            value = json.loads(line)
            is_printed = _LOOSE.encode(value).encode() == line and not _has_wide(value)
    except (ValueError, TypeError, RecursionError):
        return None
    is_simple = is_printed and _is_simple(value, levels)
    return value if is_simple and (line.isascii() or not _ASTRAL.search(line)) else None


def _difference(printed: bytes, line: bytes) -> tuple[str, str]:
    pairs = enumerate(zip(printed, line, strict=False))
    shorter = min(len(printed), len(line))
    start = next((at for at, (ours, theirs) in pairs if ours != theirs), shorter)
    expected, found = printed[start : start + 24], line[start : start + 24]
    return f"RFC 8785 bytes, {shown(expected)} at byte {start}", shown(found)


def _is_deep(line: bytes) -> bool:
    """Whether there may be more levels than are allowed."""
    return line.count(b"[") + line.count(b"{") > MAX_DEPTH


def _has_wide(value: object) -> bool:
    """Whether an integer in it is one that no double may be; orjson refuses to print these."""
    kind: type = type(value)
    known: Any = value
    if kind not in _CONTAINERS:
        return kind is int and not -MAX_INTEGER <= known <= MAX_INTEGER
    return any(map(_has_wide, known.values() if kind is dict else known))


def _is_simple(value: object, levels: int) -> bool:
    """Whether a value is of the exact types, without a float, and at most so many levels deep.

    Looked at before printing: afterwards NaN is a ``null``, and an enum or a UUID is a string.
    """
    kind: type = type(value)
    if kind not in _CONTAINERS:
        return kind in _SCALARS
    if levels <= 0:  # before going deeper: a value that was made here may be of any depth
        return False
    known: Any = value
    child: object
    for child in known.values() if kind is dict else known:
        kind = type(child)
        if kind not in _SCALARS and not (kind in _CONTAINERS and _is_simple(child, levels - 1)):
            return False
    return True
