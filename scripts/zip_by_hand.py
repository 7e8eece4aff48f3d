"""Builds ZIP files with any field wrong, for the conformance folder.

Not here: what is wrong in which file. This shares nothing with ``infrastructure.bundle_zip``, whose
reader is tested by what is built here.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

FULL16: Final = 0xFFFF
FULL32: Final = 0xFFFF_FFFF

_COMMON: Final = ("needed", "flags", "method", "time", "date", "crc")
LOCAL_FIELDS: Final = ("signature", *_COMMON, "packed32", "size32")
CENTRAL_FIELDS: Final = ("signature", "made_by", *_COMMON, "packed", "size")
END_FIELDS: Final = ("disk", "first_disk", "here", "members", "size", "offset", "comment")


@dataclass(frozen=True)
class Member:
    """A member as the format has it, but for what is set: header fields by name, and bytes."""

    name: bytes
    data: bytes = b"{}\n"
    method: int = 0
    packed: bytes | None = None
    both: Mapping[str, int] = field(default_factory=dict[str, int])
    local: Mapping[str, int] = field(default_factory=dict[str, int])
    central: Mapping[str, int] = field(default_factory=dict[str, int])
    local_name: bytes | None = None
    local_extra: bytes | None = None
    local_more: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    behind: bytes = b""

    def content(self) -> bytes:
        """The bytes in the file: for deflate, one block that is kept as it is."""
        if self.packed is not None:
            return self.packed
        length = len(self.data)
        block = struct.pack("<BHH", 1, length, length ^ FULL16) if self.method == 8 else b""
        return block + self.data

    def fields(self) -> dict[str, int]:
        """The numbers that both headers state."""
        content = {"crc": zlib.crc32(self.data), "packed": len(self.content())}
        fixed = {"needed": 45, "flags": 0, "time": 0, "date": 33, "method": self.method}
        return {**fixed, **content, "size": len(self.data), **self.both}

    def local_bytes(self) -> bytes:
        """Local header, data, and what stands behind."""
        name = self.name if self.local_name is None else self.local_name
        given = {**self.fields(), **self.local}
        sizes = struct.pack("<2H2Q", 1, 16, given["size"], given["packed"])
        extra = (sizes if self.local_extra is None else self.local_extra) + self.local_more
        stated = {"signature": 0x04034B50, "packed32": FULL32, "size32": FULL32, **given}
        numbers = (stated[each] for each in LOCAL_FIELDS)
        header = struct.pack("<I5H3I2H", *numbers, len(name), len(extra))
        return header + name + extra + self.content() + self.behind

    def central_bytes(self, offset: int) -> bytes:
        """The central header."""
        fixed = {"signature": 0x02014B50, "made_by": 3 << 8 | 45, "disk": 0, "internal": 0}
        given = {**fixed, "external": 0o100644 << 16, "offset": offset, **self.fields()}
        given |= self.central
        wide = [given[each] for each in ("size", "packed", "offset") if given[each] >= FULL32]
        zip64 = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        extra = zip64 + self.central_extra
        first = (min(given[each], FULL32) for each in CENTRAL_FIELDS)
        lengths = len(self.name), len(extra), len(self.comment)
        last = given["disk"], given["internal"], given["external"], min(given["offset"], FULL32)
        header = struct.pack("<I6H3I5H2I", *first, *lengths, *last)
        return header + self.name + extra + self.comment


def archive(members: Sequence[Member], *, before: bytes = b"") -> bytes:
    """A container of these members, with offsets that are right."""
    body, directory = before, b""
    for member in members:
        directory += member.central_bytes(len(body))
        body += member.local_bytes()
    return closed(body, directory, len(members))


def closed(body: bytes, directory: bytes, count: int, behind: bytes = b"", **end: int) -> bytes:
    """Members' bytes, directory, what stands behind it, and an end record of other fields."""
    right = {"disk": 0, "first_disk": 0, "here": count, "members": count}
    stated = {**right, "size": len(directory), "offset": len(body), "comment": 0, **end}
    numbers = (stated[each] for each in END_FIELDS)
    return body + directory + behind + struct.pack("<I4H2IH", 0x06054B50, *numbers)


def zip64_end(count: int, size: int, offset: int) -> bytes:
    """A ZIP64 end record."""
    numbers = 44, 3 << 8 | 45, 45, 0, 0, count, count, size, offset
    return struct.pack("<IQ2H2I4Q", 0x06064B50, *numbers)


def zip64_locator(offset: int) -> bytes:
    """A ZIP64 locator that points to ``offset``."""
    return struct.pack("<IIQI", 0x07064B50, 0, offset, 1)


def deflated_zeros(matches: int) -> bytes:
    """1 + 258 x ``matches`` zero bytes, deflated by hand as each zlib does otherwise."""
    literal, match, end_of_block = "00110000", "11000101" + "00000", "0000000"
    bits = "110" + literal + match * matches + end_of_block
    return int(bits[::-1], 2).to_bytes(-(-len(bits) // 8), "little")
