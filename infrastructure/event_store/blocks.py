"""Blocks: part lines packed together, and which part of which event each line is.

Not here: where blocks are kept, and what a part says.
"""

import sys
from collections.abc import Container, Mapping, Sequence
from hashlib import sha256
from threading import local

from application.ports import PartKey
from domain.canonical import decode
from domain.errors import RESTORE, ArchiveDamaged, EvidenceDamaged, InvalidInput

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


def unpack(
    place: str, packed: bytes, at_most: int, damaged: type[ArchiveDamaged] = ArchiveDamaged
) -> bytes:
    """Return what was packed; zeros behind the frame are allowed.

    Raises:
        ArchiveDamaged: of this kind, when it is rotten, or holds more than ``at_most`` bytes.
    """
    decompressor = zstd.ZstdDecompressor()
    try:
        data = decompressor.decompress(packed, max_length=at_most)
    except zstd.ZstdError as error:
        raise damaged(place, "a sound block", str(error), RESTORE) from error
    if not decompressor.eof:
        found = "more, or an end too early" if packed else "no block"
        raise damaged(place, f"a block of at most {at_most} bytes", found, RESTORE)
    return data


def unpack_lines(place: str, packed: object, size: int) -> list[bytes]:
    """Return the part lines of a block of ``size`` bytes before it was packed.

    Raises:
        EvidenceDamaged: when it is rotten, of another size, or no bytes at all.
    """
    if not size:
        return []
    if not isinstance(packed, bytes):  # as SQLite gave it
        raise EvidenceDamaged(place, "a sound block", type(packed).__name__, RESTORE)
    joined = unpack(place, packed, size, EvidenceDamaged)
    if len(joined) != size:
        raise EvidenceDamaged(place, f"{size} bytes of parts", f"{len(joined)}", RESTORE)
    return joined.split(b"\n")


def placed(
    stream: str,
    lines: Sequence[bytes],
    envelopes: Sequence[bytes],
    first: int,
    absent: Container[PartKey] = (),
) -> dict[PartKey, bytes]:
    """Tell which part each line is, by its digest in a stream's envelopes from ``first`` on.

    Both stand in the same order; the envelopes name parts that have no line, and none but those
    is in ``absent``. A line that fits nowhere, and those behind it, are left out.

    Raises:
        EvidenceDamaged: when an envelope is none.
    """
    waiting = [(sha256(line).hexdigest(), line) for line in reversed(lines)]
    found: dict[PartKey, bytes] = {}
    for version, envelope in enumerate(envelopes, first):
        for kind, digest in _named(envelope, f"{stream}, version {version}"):
            key = PartKey(version, kind)
            if waiting and waiting[-1][0] == digest and key not in absent:
                found[key] = waiting.pop()[1]
    return found


def _named(envelope: bytes, place: str) -> list[tuple[str, object]]:
    try:
        event = decode(envelope)
    except InvalidInput as error:
        raise EvidenceDamaged(place, "an envelope", error.found, RESTORE) from error
    match event:
        case {"parts": dict(parts)}:
            return sorted(parts.items())
        case _:
            raise EvidenceDamaged(place, "an envelope with parts", "another line", RESTORE)
