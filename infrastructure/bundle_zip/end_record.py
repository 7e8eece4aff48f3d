"""Finds the central directory by the end records, which must be the last bytes of the file.

Not here: the directory itself.
"""

from typing import Final

from domain.bundle.members import ContainerRejected
from domain.errors import UnreadableFile
from infrastructure.bundle_zip.headers import (
    END,
    END_BYTES,
    END_SIGNATURE,
    MAX_END_BYTES,
    ZIP64_END,
    End,
    difference,
    end,
    parse_end,
)
from infrastructure.bundle_zip.source import Source

_PLACE: Final = "end record"
_SEARCHED: Final = 2**16 + END_BYTES
_KINDS: Final = (
    (b"PK\3\4", "a ZIP file that ends early"),
    (b"\x1f\x8b", "a gzip file"),
    (b"", "no ZIP file"),
)


def find_directory(source: Source, place: str) -> End:
    """Where the central directory stands, which must reach right up to the end records.

    Raises:
        UnreadableFile: when the file is no ZIP file, or ends early.
        ContainerRejected: when anything in the end records, or behind, is not as we write it.
    """
    tail = source.read_at(max(source.size - MAX_END_BYTES, 0), min(source.size, MAX_END_BYTES))
    if len(tail) < END_BYTES or not tail[-END_BYTES:].startswith(END_SIGNATURE):
        raise _endless(source, place)
    stated = parse_end(tail)
    ours = end(stated)
    if not tail.endswith(ours):
        raise _differing(ours, tail)
    reached = stated.offset + stated.size + len(ours)
    if reached != source.size:
        raise ContainerRejected(
            _PLACE,
            f"members and directory of {source.size - len(ours)} bytes",
            f"{reached - len(ours)}",
        )
    return stated


def _differing(ours: bytes, tail: bytes) -> ContainerRejected:
    if ours[-END_BYTES:] != tail[-END_BYTES:]:
        return ContainerRejected(_PLACE, *difference(END, ours[-END_BYTES:], tail[-END_BYTES:]))
    if len(tail) < MAX_END_BYTES:
        return ContainerRejected(f"ZIP64 {_PLACE}", "one", "none")
    return ContainerRejected(f"ZIP64 {_PLACE}", *difference(ZIP64_END, ours, tail))


def _endless(source: Source, place: str) -> ContainerRejected | UnreadableFile:
    start = max(source.size - _SEARCHED, 0)
    found = source.read_at(start, source.size - start).rfind(END_SIGNATURE)
    behind = source.size - start - found - END_BYTES
    if found >= 0 and behind >= 0:
        return ContainerRejected(_PLACE, "the end of the file behind it", f"{behind} bytes more")
    head = source.read_at(0, min(source.size, 4))
    kind = next(told for magic, told in _KINDS if head.startswith(magic))
    return UnreadableFile(place, "a bundle", kind if source.size else "an empty file")
