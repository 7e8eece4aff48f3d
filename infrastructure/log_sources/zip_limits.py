"""What a zip file of another tool may hold: how much, and which members.

Not here: reading it (``bounded_zip``).
"""

import re
import stat
import struct
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
ZIP_ZSTD: Final = 93
"""The method's number, which the standard library names from Python 3.14 on."""

_UNICODE_PATH: Final = 0x7075


class Limits(NamedTuple):
    """How much a zip may hold; ``expanded`` bytes are always allowed, and ``ratio`` × its size.

    ``paths`` says whether names must be those of files in folders, and not any text.
    """

    members: int = 100_000
    name: int = 1000
    directory: int = 32 * 2**20
    expanded: int = 64 * 2**20
    ratio: int = 200
    methods: frozenset[int] = frozenset({ZIP_STORED, ZIP_DEFLATED})
    paths: bool = True


DEFAULT: Final = Limits()

_NAME_FAULTS: Final[Sequence[tuple[Callable[[str], object], str]]] = (
    (lambda name: not name, "an empty name"),
    (re.compile(r"[\x00-\x1f\x7f]").search, "a control character in the name"),
    (lambda name: "\\" in name, "a backslash in the name"),
    (re.compile(r"[A-Za-z]:").match, "a drive letter"),
    (lambda name: name.startswith("/"), "an absolute path"),
    (lambda name: ".." in name.split("/"), "a path that climbs out of its folder"),
    (lambda name: {".", ""} & set(name.removesuffix("/").split("/")), "another spelling of a path"),
)


def member_fault(info: ZipInfo, seen: Collection[str], limits: Limits) -> str:
    """Say why a member is not allowed; nothing where it is."""
    name, mode = info.orig_filename, info.external_attr >> 16
    for applies, fault in _NAME_FAULTS:
        if limits.paths and applies(name):
            return fault
    faults = (
        (len(name) > limits.name, f"a name of {len(name)} characters"),
        (name in seen, "a name that another member has"),
        (info.filename != name or _UNICODE_PATH in _extra_ids(info.extra), "a second name"),
        (info.flag_bits & ENCRYPTED, "encryption"),
        (info.compress_type not in limits.methods, f"method {info.compress_type}"),
        (stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}, "a link or device"),
        (info.is_dir() and info.file_size, "a folder with content"),
        (
            info.compress_type == ZIP_STORED and info.compress_size != info.file_size,
            "stored data of another size",
        ),
    )
    return next((fault for applies, fault in faults if applies), "")


def _extra_ids(extra: bytes) -> Iterator[int]:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        yield kind
        extra = extra[4 + size :]
