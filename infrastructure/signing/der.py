"""DER (X.690) taken apart and put together: as much as is needed to look into a timestamp.

Not here: what the values mean. Signatures and chains are checked by a library.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from domain.errors import InvalidInput

SEQUENCE: Final = 0x30
CONTEXT_0: Final = 0xA0

_MOST_LENGTH_BYTES: Final = 4


class Value(NamedTuple):
    """One value: its tag, what stands in it, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes


def values(data: bytes) -> list[Value]:
    """The values that stand one behind the other.

    Raises:
        InvalidInput: when it is not DER, as far as tags and lengths go.
    """
    return [*_values(data)]


def only(data: bytes, tag: int) -> Value:
    """The one value that the bytes are.

    Raises:
        InvalidInput: when they are something else.
    """
    found = values(data)
    if len(found) != 1 or found[0].tag != tag:
        tags = [f"{each.tag:02x}" for each in found[:9]]
        raise InvalidInput("DER", f"one value of tag {tag:02x}", ", ".join(tags) or "none")
    return found[0]


def made(tag: int, contents: Iterable[bytes]) -> bytes:
    """A value of this tag that holds these."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _values(data: bytes) -> Iterator[Value]:
    at = 0
    while at < len(data):
        start, size = _head(data, at)
        if start + size > len(data):
            raise _malformed(at)
        whole = data[at : start + size]
        yield Value(data[at], whole[start - at :], whole)
        at = start + size


def _head(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the value at ``at`` begins, and its length."""
    if len(data) < at + 2 or data[at] & 0x1F == 0x1F:
        raise _malformed(at)
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    length = data[at + 2 : at + 2 + count]
    size = int.from_bytes(length, "big")
    if not 0 < count <= _MOST_LENGTH_BYTES or len(length) < count or length[0] == 0 or size < 0x80:
        raise _malformed(at)
    return at + 2 + count, size


def _malformed(at: int) -> InvalidInput:
    return InvalidInput("DER", "a tag, a length and so many bytes", f"something else at byte {at}")
