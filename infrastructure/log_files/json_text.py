"""JSON put together from pieces that are JSON already, with members in the order of RFC 8785.

A piece is printed once and never parsed again; and what RFC 8785 cannot print, such as the NaN of
Inspect's logs, stands as text. Not here: the printing of values (``domain.canonical``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from domain.canonical import Json, encode


class Text(bytes):
    """JSON that stands as it is."""

    __slots__ = ()


Value: TypeAlias = "Json | Text"
"""A value, or one that is JSON already."""

Pieces = Callable[[], Iterator[bytes]]
"""JSON that is too long to be held, in pieces; as often as it is asked for."""

Member: TypeAlias = "Value | Pieces"
"""What an object may be written with."""

GATHERED: Final = 2**20
_NAMES: Final = 1024


def text_of(value: Value) -> Text:
    """A value as JSON."""
    return value if isinstance(value, Text) else Text(encode(value))


def object_of(members: Mapping[str, Value]) -> Text:
    """An object of these members."""
    return Text(b"".join(pieces_of(members)))


def pieces_of(members: Mapping[str, Member]) -> Iterator[bytes]:
    """The pieces of an object of these members."""
    before = b"{"
    for name in sorted(members, key=_utf16):
        value = members[name]
        yield b"%b%b:" % (before, _named(name))
        if callable(value):
            yield from value()
        else:
            yield text_of(value)
        before = b","
    yield b"{}" if before == b"{" else b"}"


def array_of(values: Iterable[Value]) -> Text:
    """An array of these values."""
    return Text(b"[%b]" % b",".join(map(text_of, values)))


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of about 1 MiB."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= GATHERED:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def listed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of an array whose elements these are."""
    before = b"["
    for piece in pieces:
        yield before + piece
        before = b","
    yield b"[]" if before == b"[" else b"]"


@lru_cache(_NAMES)
def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


@lru_cache(_NAMES)
def _named(name: str) -> bytes:
    return encode(name)
