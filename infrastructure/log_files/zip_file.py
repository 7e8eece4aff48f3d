"""A zip that is written member by member, its bytes a function of names, contents and method.

Memory does not grow with the number of members: the directory waits in a temporary file. Names are
any text. Not here: the bundle's container, whose names are a closed list (``bundle_zip``).
"""

import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from struct import Struct, pack
from typing import BinaryIO, Final, NamedTuple, Self

from infrastructure.spooled_file import SpooledFile

STORED: Final = 0
DEFLATED: Final = 8

_LEVEL: Final = 6
_CHUNK: Final = 2**20
_FULL16: Final = 0xFFFF
_FULL32: Final = 0xFFFF_FFFF
_NEEDED: Final = 45
_MADE_BY: Final = 3 << 8 | 45
_UTF8: Final = 1 << 11
_TIME: Final = 0
_DATE: Final = 33
"""The first day that a zip can tell, 1980-01-01."""
_ATTRIBUTES: Final = 0o100644 << 16
_LOCAL: Final = Struct("<4s5H3I2H")
_CENTRAL: Final = Struct("<4s6H3I5H2I")
_SIZES: Final = Struct("<2H2Q")


class _Entry(NamedTuple):
    name: bytes
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class ZipFileWriter:
    """Writes one zip into an empty, seekable file, as a context; the file stays open."""

    def __init__(self, file: BinaryIO, *, deflated: bool) -> None:
        self._file, self._method = file, DEFLATED if deflated else STORED
        self._members = self._end = 0

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write the next member; chunks had better be large, each is written as it is."""
        named, begin = name.encode(), self._end
        self._file.seek(begin + _LOCAL.size + len(named) + _SIZES.size)
        packer = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS) if self._method else None
        crc = size = packed = 0
        for chunk in chunks:
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            packed += self._write(packer.compress(chunk) if packer else chunk)
        packed += self._write(packer.flush()) if packer else 0
        self._end = self._file.tell()
        entry = _Entry(named, self._method, crc, packed, size, begin)
        self._file.seek(begin)
        self._write(_local(entry))
        self._directory.write(_central(entry))
        self._members += 1

    def _write(self, data: bytes) -> int:
        """Write all of it: an unbuffered file may take less at once."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        return len(data)

    def _finish(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        self._file.seek(self._end)
        size = self._directory.tell()
        self._directory.seek(0)
        while chunk := self._directory.read(_CHUNK):
            self._write(chunk)
        self._write(_ends(self._members, size, self._end))

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._directory = stack.enter_context(SpooledFile())
            stack.push(self._finish)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.__exit__(*raised)  # type: ignore[arg-type]  # handed on as they come


def _local(entry: _Entry) -> bytes:
    """The local header: both sizes always in a ZIP64 extra field, so that its length is known."""
    fixed = _LOCAL.pack(
        *(b"PK\3\4", _NEEDED, _UTF8, entry.method, _TIME, _DATE),
        *(entry.crc, _FULL32, _FULL32, len(entry.name), _SIZES.size),
    )
    return fixed + entry.name + _SIZES.pack(1, 16, entry.size, entry.packed)


def _central(entry: _Entry) -> bytes:
    """The central header: a ZIP64 extra field for what does not fit, and for nothing else."""
    numbers = entry.size, entry.packed, entry.offset
    size, packed, offset = (min(number, _FULL32) for number in numbers)
    wide = [number for number in numbers if number >= _FULL32]
    extra = pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    fixed = _CENTRAL.pack(
        *(b"PK\1\2", _MADE_BY, _NEEDED, _UTF8, entry.method, _TIME, _DATE),
        *(entry.crc, packed, size, len(entry.name), len(extra), 0),
        *(0, 0, _ATTRIBUTES, offset),
    )
    return fixed + entry.name + extra


def _ends(members: int, size: int, offset: int) -> bytes:
    """The end record, behind the ZIP64 end record and locator where a number does not fit."""
    count, narrow, at = min(members, _FULL16), min(size, _FULL32), min(offset, _FULL32)
    last = pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, narrow, at, 0)
    if count < _FULL16 and _FULL32 not in {narrow, at}:
        return last
    record = pack(
        "<4sQ2H2I4Q", b"PK\6\6", 44, _MADE_BY, _NEEDED, 0, 0, *[members] * 2, size, offset
    )
    return record + pack("<4sIQI", b"PK\6\7", 0, offset + size, 1) + last
