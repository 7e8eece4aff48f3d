"""``inclusion.jsonl`` of a bundle of one item: where each event stands in its tree (format, 14.4).

Not here: whether a proof leads to the root.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from domain.bundle.layout import INCLUSION
from domain.canonical import Json, decode_canonical, encode
from domain.errors import InvalidInput, shown
from domain.syntax import is_index
from domain.transparency.base64_text import from_base64
from domain.transparency.tlog_proof import MAX_HASHES


class Inclusion(NamedTuple):
    """Which leaf it is, from 0, and the hashes of its inclusion proof (RFC 9162, 2.1.3.1)."""

    leaf: int
    hashes: Sequence[bytes]

    def encode(self) -> bytes:
        """The line, without LF."""
        hashes: list[Json] = [b64encode(each).decode() for each in self.hashes]
        return encode({"hashes": hashes, "index": self.leaf})


def read_inclusion(line: bytes) -> Inclusion:
    """Read a line.

    Raises:
        InvalidInput: when :meth:`Inclusion.encode` could not have written it.
    """
    match decode_canonical(line, INCLUSION):
        case {"hashes": list(hashes), "index": int(index), **others} if not others:
            if is_index(index) and len(hashes) <= MAX_HASHES:
                return Inclusion(index, [_hash(each) for each in hashes])
        case _:
            pass
    expected = f"an index, and at most {MAX_HASHES} hashes, in canonical form"
    raise InvalidInput(INCLUSION, expected, ascii(line[:80]))


def _hash(text: Json) -> bytes:
    place = f"{INCLUSION}, hashes"
    if not isinstance(text, str):
        raise InvalidInput(place, "base64", shown(text))
    return from_base64(place, text)
