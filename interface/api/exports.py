"""Bundles that are ready to be downloaded: files in a folder, by what was asked for.

A bundle is a function of what is asked, so the same question finds the same file, and a download
that was cut off goes on in it. They are forgotten when something is erased, and when they take too
much room. Not here: the writing of bundles, and HTTP.
"""

import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import NamedTuple

from application.export import Exported
from application.ports import StreamKey


class Question(NamedTuple):
    """Which bundle: of a stream up to a seal, what it withholds, and in which profile."""

    key: StreamKey
    sizes: tuple[int, ...]
    """Of each of its streams."""
    withhold: frozenset[str]
    deflated: bool


class Ready(NamedTuple):
    """A bundle in a file, with what is known of it; ``sha256`` is that of the whole file."""

    path: Path
    exported: Exported
    etag: str
    size: int
    sha256: bytes

    def link(self) -> Path:
        """Another name of the file, which stays when this one is forgotten."""
        name = self.path.with_name(f"{token_hex(8)}.download")
        name.hardlink_to(self.path)
        return name


class Exports:
    """Keeps the files that were asked for last, as long as they take at most ``room`` bytes."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._room = folder, room
        self._lock = Lock()
        self._ready: OrderedDict[Question, Ready] = OrderedDict()
        shutil.rmtree(folder, ignore_errors=True)  # of a process that is no more
        folder.mkdir(parents=True, mode=0o700)

    def get(self, question: Question, write: Callable[[Path], Exported]) -> Ready:
        """The bundle, which is written if it is not there; one is written at a time."""
        with self._lock:
            ready = self._ready.get(question)
            if ready is None or not ready.path.exists():
                ready = self._ready[question] = self._written(question, write)
            self._ready.move_to_end(question)
            self._make_room(ready)
        return ready

    def forget(self) -> None:
        """Delete all: something was erased. Who is reading one reads on."""
        with self._lock:
            for ready in self._ready.values():
                ready.path.unlink(missing_ok=True)
            self._ready.clear()

    def _written(self, question: Question, write: Callable[[Path], Exported]) -> Ready:
        path = self._folder / f"{token_hex(8)}.eval752.zip"
        exported = write(path)
        profile = "-deflated" if question.deflated else ""
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").digest()
        return Ready(path, exported, f'"{exported.digest}{profile}"', path.stat().st_size, sha256)

    def _make_room(self, kept: Ready) -> None:
        """Delete the oldest; who is reading one reads on."""
        while len(self._ready) > 1 and self._size() > self._room:
            question, oldest = next(iter(self._ready.items()))
            if oldest is kept:
                return
            self._ready.pop(question)
            oldest.path.unlink(missing_ok=True)

    def _size(self) -> int:
        return sum(ready.size for ready in self._ready.values())
