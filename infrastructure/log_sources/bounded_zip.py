"""A tolerant but bounded reader for other tools' zips, on the standard library's ``zipfile``.

It takes what any common tool writes, and refuses what only an attacker does, before memory or time
is spent on it. Not here: the format's own container, which has a strict reader of its own
(``infrastructure.bundle_zip``), and anything written to a disk.
"""

import stat
import struct
import sys
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, NamedTuple, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.raw_file import CHUNK, digest_of
from infrastructure.log_sources.zip_limits import DEFAULT, ENCRYPTED, ZIP_ZSTD, Limits, member_fault
from infrastructure.log_sources.zstd_frames import inflate_frames

_BROKEN: Final = (
    *(BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError),
    *(ValueError, OverflowError, struct.error, zlib.error),
)
_LOCAL: Final = struct.Struct("<4s2x2H4x3L2H")
_CENTRAL_SIGNATURE: Final = b"PK\x01\x02"
_LOCAL_SIGNATURE: Final = b"PK\x03\x04"
_SIZES_FOLLOW: Final = 0x8


class _Local(NamedTuple):
    signature: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    name: int
    extra: int


class BoundedZip:
    """The members of one zip file, folders left out; nothing of their data is trusted or kept.

    Raises:
        UnreadableFile: when it is no zip, or ends early.
        InvalidInput: naming the member that is not allowed.
    """

    def __init__(self, path: Path, limits: Limits = DEFAULT) -> None:
        self._place, self._limits = path.name, limits
        with self._told(self._place):
            if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its writer
                raise UnreadableFile(self._place, "a file", "a folder or device")
            self._file = path.open("rb")
        try:
            self._open()
        except BaseException:
            self._file.close()
            raise

    def names(self) -> Sequence[str]:
        """The names of all members, in the order of the directory."""
        return [*self._infos]

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes in chunks of at most 1 MiB; size and CRC are checked at the end.

        Raises:
            UnreadableFile: when its data are not what was stated.
        """
        info, size = self._infos[name], 0
        if info.compress_type == ZIP_ZSTD:  # which zipfile reads from Python 3.14 on, one frame
            chunks = self._zstd_chunks(info)
        else:
            chunks = self._zipfile_chunks(info)
        with self._told(f"{self._place}, {name}"):
            for chunk in chunks:
                size += len(chunk)
                yield chunk
        if size != info.file_size:
            expected = f"{info.file_size} bytes"
            raise UnreadableFile(f"{self._place}, {name}", expected, f"{size}")

    def _zipfile_chunks(self, info: ZipInfo) -> Iterator[bytes]:
        with self._zip.open(info) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    def _zstd_chunks(self, info: ZipInfo) -> Iterator[bytes]:
        crc, place = 0, self._place_of(info)
        for chunk in inflate_frames(self._packed(info), info.file_size, place):
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if crc != info.CRC:
            raise UnreadableFile(place, f"the CRC {info.CRC:08x}", f"{crc:08x}")

    def _packed(self, info: ZipInfo) -> Iterator[bytes]:
        start = self._data_of(info)
        end = start + info.compress_size
        while start < end:
            piece = self._read_at(start, min(CHUNK, end - start))
            yield piece
            start = start + len(piece) if piece else end

    def raw(self) -> Iterator[bytes]:
        """The bytes of the file itself."""
        offset = 0
        with self._told(self._place):
            while chunk := self._read_at(offset, CHUNK):
                offset += len(chunk)
                yield chunk

    def digest(self) -> str:
        """The SHA-256 of the file itself."""
        return digest_of(self.raw())

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _open(self) -> None:
        guarded = _Guarded(self._file, self._place, self._limits)
        with self._told(self._place):
            self._zip = ZipFile(cast("IO[bytes]", guarded))
        guarded.headers = sys.maxsize
        infos = self._zip.infolist()
        self._check_sizes(infos)
        seen: set[str] = set()
        for info in infos:
            if fault := member_fault(info, seen, self._limits):
                raise InvalidInput(self._place_of(info), "a member that is allowed", fault)
            seen.add(info.orig_filename)
        with self._told(self._place):
            self._check_places(infos)
        self._infos = {info.filename: info for info in infos if not info.is_dir()}

    def _check_sizes(self, infos: Sequence[ZipInfo]) -> None:
        """Stated sizes bound what is expanded: no member gives more than it states."""
        size = self._file.seek(0, 2)
        allowed = max(self._limits.expanded, self._limits.ratio * size)
        stated = sum(info.file_size for info in infos)
        if stated > allowed:
            expected = f"at most {allowed} bytes of content"
            raise InvalidInput(self._place, expected, f"{stated} bytes stated in {size}")

    def _check_places(self, infos: Sequence[ZipInfo]) -> None:
        """Data of members follow each other from the first byte, none reaching into another's."""
        end = 0
        for number, info in enumerate(sorted(infos, key=lambda info: info.header_offset)):
            if info.header_offset < end or (number == 0 and info.header_offset):
                found = f"byte {info.header_offset}"
                raise InvalidInput(self._place_of(info), f"a member from byte {end} on", found)
            end = self._data_of(info) + info.compress_size
        if end > self._zip.start_dir:
            found = "members that reach into it"
            raise InvalidInput(self._place, f"a directory from byte {end} on", found)

    def _data_of(self, info: ZipInfo) -> int:
        """Where the data begin, by the local header, which must agree with the directory."""
        header = self._read_at(info.header_offset, _LOCAL.size)
        signature, flags, method, crc, packed, size, name, extra = _Local(*_LOCAL.unpack(header))
        here = (crc, _wide(packed, info.compress_size), _wide(size, info.file_size))
        stated = (info.CRC, info.compress_size, info.file_size)
        agrees = method == info.compress_type and (flags & _SIZES_FOLLOW or here == stated)
        if signature != _LOCAL_SIGNATURE or flags & ENCRYPTED or not agrees:
            expected = "a local header like the directory's entry"
            raise InvalidInput(self._place_of(info), expected, "another")
        return info.header_offset + _LOCAL.size + name + extra

    def _read_at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)

    def _place_of(self, info: ZipInfo) -> str:
        return f"{self._place}, member {info.orig_filename[:100]!a}"

    @contextmanager
    def _told(self, place: str) -> Generator[None]:
        try:
            yield
        except _BROKEN as error:
            found = str(error) or type(error).__name__
            raise UnreadableFile(place, "a sound zip file", found) from error


def _wide(stated: int, wide: int) -> int:
    """A size, which stands in a ZIP64 extra field where the header holds all ones."""
    return wide if stated == 0xFFFFFFFF else stated


class _Guarded:
    """A file for ``zipfile``, which reads a directory of any stated size at once: not here."""

    def __init__(self, file: BinaryIO, place: str, limits: Limits) -> None:
        self._file, self._place, self._limits = file, place, limits
        self.headers = limits.members
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self.mode, self.close = "rb", file.close

    def read(self, size: int = -1) -> bytes:
        here = self._file.tell()
        left = max(self._file.seek(0, 2) - here, 0)
        size, limit = left if size < 0 else min(size, left), self._limits.directory
        if size > limit:
            raise InvalidInput(self._place, f"a directory of at most {limit} bytes", f"{size}")
        self._file.seek(here)
        data = self._file.read(size)
        if data.count(_CENTRAL_SIGNATURE) > self.headers:
            raise InvalidInput(self._place, f"at most {self.headers} members", "more")
        return data
