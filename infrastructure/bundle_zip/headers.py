"""The bytes of a bundle's ZIP headers, as functions of what they state (format, 11; APPNOTE, 4.3).

Not here: files. The writer writes these bytes; the reader accepts no others.
"""

from enum import IntEnum
from struct import Struct, pack, unpack_from
from typing import Final, NamedTuple

from domain.errors import shown

_FULL16: Final = 0xFFFF
_FULL32: Final = 0xFFFF_FFFF
_NEEDED: Final = 45
_MADE_BY: Final = 3 << 8 | 45
_FLAGS: Final = 0
_TIME: Final = 0
_DATE: Final = 33
_ATTRIBUTES: Final = 0o100644 << 16
_ZIP64_END_REST: Final = 44


class Method(IntEnum):
    """How the members of a bundle are kept: its profile."""

    STORED = 0
    DEFLATED = 8


class Entry(NamedTuple):
    """What the headers of one member state; ``packed`` is the length of its data in the file."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class End(NamedTuple):
    """What the end records state: number of members, length and offset of the central directory."""

    members: int
    size: int
    offset: int


class Header(NamedTuple):
    """A header's fixed part, with what to call its fields."""

    form: Struct
    fields: tuple[str, ...]


LOCAL: Final = Header(
    Struct("<4s5H3I2H"),
    (
        *("signature", "version needed", "flags", "method", "time", "date"),
        *("CRC", "compressed size", "size", "name length", "extra length"),
    ),
)
CENTRAL: Final = Header(
    Struct("<4s6H3I5H2I"),
    (
        *("signature", "version made by", "version needed", "flags", "method", "time", "date"),
        *("CRC", "compressed size", "size", "name length", "extra length", "comment length"),
        *("disk", "internal attributes", "external attributes", "offset"),
    ),
)
END: Final = Header(
    Struct("<4s4H2IH"),
    (
        *("signature", "disk", "disk of the directory", "members on the disk", "members"),
        *("directory size", "directory offset", "comment length"),
    ),
)
ZIP64_END: Final = Header(
    Struct("<4sQ2H2I4Q4sIQI"),
    (
        *("signature", "record size", "version made by", "version needed", "disk"),
        *("disk of the directory", "members on the disk", "members", "directory size"),
        *("directory offset", "locator signature", "disk of the record"),
        *("offset of the record", "disks"),
    ),
)
"""The ZIP64 end record with the locator right behind it."""

CENTRAL_SIGNATURE: Final = b"PK\1\2"
END_SIGNATURE: Final = b"PK\5\6"
_ZIP64_SIGNATURE: Final = b"PK\6\6"
END_BYTES: Final = END.form.size
MAX_END_BYTES: Final = ZIP64_END.form.size + END_BYTES


def local_size(name: str) -> int:
    """Bytes from the start of a member's local header to its data."""
    return LOCAL.form.size + len(name) + 20


def local(entry: Entry) -> bytes:
    """The local header: both sizes always in a ZIP64 extra field."""
    fixed = LOCAL.form.pack(
        *(b"PK\3\4", _NEEDED, _FLAGS, entry.method, _TIME, _DATE),
        *(entry.crc, _FULL32, _FULL32, len(entry.name), 20),
    )
    return fixed + entry.name.encode("ascii") + pack("<2H2Q", 1, 16, entry.size, entry.packed)


def central(entry: Entry) -> bytes:
    """The central header: a ZIP64 extra field for what doesn't fit, and for nothing else."""
    numbers = entry.packed, entry.size, entry.offset
    packed, size, offset = (min(number, _FULL32) for number in numbers)
    wide = [n for n in (entry.size, entry.packed, entry.offset) if n >= _FULL32]
    extra = pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    fixed = CENTRAL.form.pack(
        *(CENTRAL_SIGNATURE, _MADE_BY, _NEEDED, _FLAGS, entry.method, _TIME, _DATE),
        *(entry.crc, packed, size, len(entry.name), len(extra), 0),
        *(0, 0, _ATTRIBUTES, offset),
    )
    return fixed + entry.name.encode("ascii") + extra


def end(stated: End) -> bytes:
    """The end record, behind the ZIP64 end record and locator where a number doesn't fit."""
    count = min(stated.members, _FULL16)
    size, offset = min(stated.size, _FULL32), min(stated.offset, _FULL32)
    last = END.form.pack(END_SIGNATURE, 0, 0, count, count, size, offset, 0)
    if not _is_full(count, size, offset):
        return last
    wide = ZIP64_END.form.pack(
        *(_ZIP64_SIGNATURE, _ZIP64_END_REST, _MADE_BY, _NEEDED, 0, 0),
        *(stated.members, stated.members, stated.size, stated.offset),
        *(b"PK\6\7", 0, min(stated.offset + stated.size, 2**64 - 1), 1),
    )
    return wide + last


def parse_central(record: bytes) -> Entry:
    """What a central header states, in whatever way: ``central`` tells whether that is ours."""
    *_, method, _, _, crc, packed, size, named, extra, _, _, _, _, offset = (
        CENTRAL.form.unpack_from(record)
    )
    behind = CENTRAL.form.size + named
    values = record[behind + 4 : behind + extra]
    wide = iter(unpack_from(f"<{len(values) // 8}Q", values))
    size, packed, offset = (next(wide, n) if n == _FULL32 else n for n in (size, packed, offset))
    return Entry(name_of(record), method, crc, packed, size, offset)


def name_of(record: bytes) -> str:
    """The name in a central header; bytes that are not UTF-8 become lone surrogates."""
    named = unpack_from("<H", record, 28)[0]
    start = CENTRAL.form.size
    return record[start : start + named].decode("utf-8", "surrogateescape")


def central_size(fixed: bytes) -> int:
    """Bytes of a whole central header, by its fixed part."""
    named, extra, comment = unpack_from("<3H", fixed, 28)
    return CENTRAL.form.size + int(named + extra + comment)


def parse_end(tail: bytes) -> End:
    """What the end records state: ``end`` tells whether they are ours.

    Args:
        tail: the file's last ``MAX_END_BYTES``, or all of a shorter file; it ends in an end record.
    """
    *_, count, size, offset, _ = END.form.unpack(tail[-END_BYTES:])
    whole = len(tail) == MAX_END_BYTES and tail.startswith(_ZIP64_SIGNATURE)
    if whole and _is_full(count, size, offset):
        count, size, offset = ZIP64_END.form.unpack_from(tail)[7:10]
    return End(count, size, offset)


def difference(header: Header, ours: bytes, theirs: bytes) -> tuple[str, str]:
    """Expected and found: the first field in which two headers of one kind differ."""
    both = header.form.unpack_from(ours), header.form.unpack_from(theirs)
    for field, expected, found in zip(header.fields, *both, strict=True):
        if expected != found:
            return f"{field} {shown(expected)}", shown(found)
    start = header.form.size
    behind = start + dict(zip(header.fields, both[0], strict=True))["name length"]
    if ours[start:behind] != theirs[start:behind]:
        return f"name {shown(ours[start:behind])}", shown(theirs[start:behind])
    return f"extra field {ours[behind:].hex()}", theirs[behind:].hex()


def _is_full(count: int, size: int, offset: int) -> bool:
    return count == _FULL16 or _FULL32 in (size, offset)
