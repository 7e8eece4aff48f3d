"""What others say of the log's heads, as files: ``<folder>/<size>/<place>-<authority>.<ending>``.

A timestamp is an RFC 3161 answer as it came (``tsr``), a cosignature one line (``note``).
``<place>`` counts from 1; ``<folder>/authorities/<authority>`` has the name behind its digest. Not
here: what they prove.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final

from application.stamp_ports import Kept
from domain.errors import Conflict
from infrastructure.content.durable import write_durably

_FILE: Final = re.compile(r"([1-9][0-9]{0,5})-([0-9a-f]{16})\.(\w+)")
_NAMES: Final = "authorities"


class FileStamps:
    """``application.stamp_ports.Stamps`` in a folder, of one process that writes."""

    def __init__(self, folder: Path, ending: str = "tsr") -> None:
        self._folder, self._ending = folder, ending
        self._lock = Lock()
        self._last: dict[str, int] = {}

    def put(self, size: int, authority: str, timestamp: bytes, *, after: int | None = None) -> None:
        """Keep one more of a head, durably, behind those that are there, if they are so many."""
        known = _known(authority)
        with self._lock:
            there = sum(1 for _ in self._found(size))
            if after not in {None, there}:
                raise Conflict(f"head {size}", f"{after} timestamps", str(there))
            name = self._folder / _NAMES / known
            self._write(name, authority.encode())
            place = max((place for place, _, _ in self._found(size)), default=0) + 1
            self._write(self._folder / str(size) / f"{place}-{known}.{self._ending}", timestamp)
            if known in self._last:
                self._last[known] = max(self._last[known], size)

    def of(self, size: int) -> Sequence[Kept]:
        """Those of a head."""
        return [
            Kept(self._name(known), path.read_bytes(), str(path))
            for _, known, path in sorted(self._found(size))
        ]

    def sizes(self) -> Sequence[int]:
        """The heads that have any, from the smallest."""
        return [size for size in self._folders() if any(self._found(size))]

    def recent(self, before: int | None, most: int) -> Sequence[int]:
        """So many of the heads that have any, below a size if one is given; from the greatest."""
        sizes = (size for size in reversed(self._folders()) if before is None or size < before)
        return [*islice((size for size in sizes if any(self._found(size))), most)]

    def last(self, authority: str) -> int:
        """The greatest head that this authority has stamped; 0 for none."""
        known = _known(authority)
        with self._lock:
            if known not in self._last:  # once: afterwards all that comes goes through here
                self._last[known] = next(self._by(known), 0)
            return self._last[known]

    def _folders(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        return sorted(int(each.name) for each in self._folder.iterdir() if each.name.isdecimal())

    def _by(self, known: str) -> Iterator[int]:
        for size in reversed(self._folders()):
            if any(each == known for _, each, _ in self._found(size)):
                yield size

    def _write(self, path: Path, data: bytes) -> None:
        if not path.exists():
            write_durably(path, data)

    def _found(self, size: int) -> Iterator[tuple[int, str, Path]]:
        folder = self._folder / str(size)
        for path in folder.iterdir() if folder.is_dir() else ():
            named = _FILE.fullmatch(path.name)  # no other: a crash may leave an unfinished one
            if named and named[3] == self._ending:
                yield int(named[1]), named[2], path

    def _name(self, known: str) -> str:
        return (self._folder / _NAMES / known).read_text()


def _known(authority: str) -> str:
    return sha256(authority.encode()).hexdigest()[:16]
