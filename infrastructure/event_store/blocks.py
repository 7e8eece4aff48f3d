"""Blocks: part lines packed together, and which part of which event each line is.

Not here: where blocks are kept, and what a part says.
"""

import sys
from collections.abc import Container, Mapping, Sequence
from hashlib import sha256
from threading import local

from application.ports import PartKey
from domain.canonical import decode
from domain.errors import ArchiveDamaged, InvalidInput

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: Mapping[int, int] = {
    zstd.CompressionParameter.compression_level: 3,
    zstd.CompressionParameter.checksum_flag: 1,
}


class _Compressors(local):
    """Making one costs more than packing a small block; it serves one thread at a time."""

    def __init__(self) -> None:
        self.mine = zstd.ZstdCompressor(options=_OPTIONS)


_compressors = _Compressors()


def pack(data: bytes) -> bytes:
    """Compress into one zstd frame with a checksum."""
    compressor = _compressors.mine
    return compressor.compress(data, compressor.FLUSH_FRAME)


def unpack(place: str, packed: bytes, at_most: int) -> bytes:
    """Return what was packed; zeros behind the frame are allowed.

    Raises:
        ArchiveDamaged: when it is rotten, or holds more than ``at_most`` bytes.
    """
    decompressor = zstd.ZstdDecompressor()
    try:
        data = decompressor.decompress(packed, max_length=at_most)
    except zstd.ZstdError as error:
        raise ArchiveDamaged(place, "a sound block", str(error)) from error
    if not decompressor.eof:
        raise ArchiveDamaged(place, f"at most {at_most} bytes", "more, or an end too early")
    return data


def unpack_lines(place: str, packed: bytes, size: int) -> list[bytes]:
    """Return the part lines of a block of ``size`` bytes before it was packed.

    Raises:
        ArchiveDamaged: when it is rotten or of another size.
    """
    if not size:
        return []
    joined = unpack(place, packed, size)
    if len(joined) != size:
        raise ArchiveDamaged(place, f"{size} bytes of parts", f"{len(joined)}")
    return joined.split(b"\n")


def placed(
    lines: Sequence[bytes], envelopes: Sequence[bytes], first: int, absent: Container[PartKey] = ()
) -> dict[PartKey, bytes]:
    """Tell which part each line is, by its digest in the envelopes from version ``first`` on.

    Both stand in the same order; the envelopes name parts that have no line, and none but those
    is in ``absent``. A line that fits nowhere, and those behind it, are left out.

    Raises:
        ArchiveDamaged: when an envelope is none.
    """
    waiting = [(sha256(line).hexdigest(), line) for line in reversed(lines)]
    found: dict[PartKey, bytes] = {}
    for version, envelope in enumerate(envelopes, first):
        for kind, digest in _named(envelope, version):
            key = PartKey(version, kind)
            if waiting and waiting[-1][0] == digest and key not in absent:
                found[key] = waiting.pop()[1]
    return found


def _named(envelope: bytes, version: int) -> list[tuple[str, object]]:
    try:
        event = decode(envelope)
    except InvalidInput as error:
        raise ArchiveDamaged(f"version {version}", "an envelope", error.found) from error
    match event:
        case {"parts": dict(parts)}:
            return sorted(parts.items())
        case _:
            raise ArchiveDamaged(f"version {version}", "an envelope with parts", "another line")
