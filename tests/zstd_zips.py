"""Zips with members of method 93 (zstd), as Inspect writes them, made for the tests.

The standard library writes them from Python 3.14 on only; here, a member is first stored, and its
headers are changed then. Not here: any assertion.
"""

import struct
import sys
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

from tests.native_exports import write_zip

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def frames(*texts: bytes) -> bytes:
    """Each text as a zstd frame, one behind the other."""
    return b"".join(map(zstd.compress, texts))


def write_zstd_zip(path: Path, members: Mapping[str, Sequence[bytes]]) -> Path:
    """A zip whose members are made of these texts, each of them a frame."""
    write_zip(path, {name: frames(*texts) for name, texts in members.items()}, 0)
    data = bytearray(path.read_bytes())
    with ZipFile(path) as file:
        infos = {info.filename: info for info in file.infolist()}
        central = file.start_dir
    for name, texts in members.items():
        text = b"".join(texts)
        facts = (zlib.crc32(text), infos[name].compress_size, len(text))
        _patch(data, infos[name].header_offset, 8, 14, facts)
        _patch(data, central, 10, 16, facts)
        central += 46 + len(name.encode())
    path.write_bytes(data)
    return path


def _patch(
    data: bytearray, header: int, method: int, sizes: int, facts: tuple[int, int, int]
) -> None:
    struct.pack_into("<H", data, header + method, 93)
    struct.pack_into("<3L", data, header + sizes, *facts)
