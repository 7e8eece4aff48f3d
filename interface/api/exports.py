"""Bundles that are ready to be downloaded: files in a folder, by what was asked for.

A bundle is a function of what is asked, so the same question finds the same file, and a download
that was cut off goes on in it. They are forgotten when something is erased, and when they take too
much room. Not here: the writing of bundles, and HTTP.
"""

import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Final, NamedTuple

from application.export import Exported
from application.ports import Progress, StreamKey
from interface.api.errors import TooManyRequests

MOST_LENT: Final = 8 * 2**30
"""Bytes that may be on their way at least before no more are written."""

_LENT: Final = ".download"
_LATER: Final = 10
_LOOK: Final = 0.1
"""Seconds after which who waits asks whether to go on."""


class Question(NamedTuple):
    """Which bundle: of a stream up to a seal, what it withholds, and in which profile."""

    key: StreamKey
    sizes: tuple[int, ...]
    """Of each of its streams."""
    withhold: frozenset[str]
    deflated: bool
    item: int | None = None
    """Of a bundle of one item."""


class Ready(NamedTuple):
    """A bundle in a file, with what is known of it; ``sha256`` is that of the whole file."""

    path: Path
    exported: Exported
    etag: str
    size: int
    sha256: bytes

    def lent(self) -> "Ready":
        """The same under a name of its own, which stays when this one is forgotten."""
        name = self.path.with_name(f"{token_hex(8)}{_LENT}")
        name.hardlink_to(self.path)
        return self._replace(path=name)

    def discard(self) -> None:
        """Delete the file under this name."""
        self.path.unlink(missing_ok=True)


class Exports:
    """Keeps the files that were asked for last, as long as they take at most ``room`` bytes."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._room = folder, room
        self._most_lent = max(room, MOST_LENT)
        self._lock = Lock()
        self._ready: OrderedDict[Question, Ready] = OrderedDict()
        shutil.rmtree(folder, ignore_errors=True)  # of a process that is no more
        folder.mkdir(parents=True, mode=0o700)

    def get(
        self,
        question: Question,
        write: Callable[[Path], Exported],
        progress: Progress = lambda _: None,
    ) -> Ready:
        """The bundle, which is written if it is not there, to be discarded after use.

        One is written at a time; ``progress`` is called while others are waited for, and may raise
        to wait no more.

        Raises:
            TooManyRequests: when those that are on their way take too much room.
        """
        with self._alone(progress):
            ready = self._ready.get(question)
            if ready is None or not ready.path.exists():
                self._check_lent()
                ready = self._ready[question] = self._written(question, write)
            self._ready.move_to_end(question)
            lent = ready.lent()
            self._make_room(ready)
        return lent

    def forget(self, key: StreamKey | None = None, progress: Progress = lambda _: None) -> None:
        """Delete those of a stream, or all: something was erased. Who is reading one reads on.

        ``progress`` as in :meth:`get`.
        """
        with self._alone(progress):
            for question in [*self._ready]:
                if key in (None, question.key):
                    self._ready.pop(question).discard()

    def close(self) -> None:
        """Delete all, whoever reads."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _alone(self, progress: Progress) -> Generator[None]:
        while not self._lock.acquire(timeout=_LOOK):
            progress(0)
        try:
            yield
        finally:
            self._lock.release()

    def _check_lent(self) -> None:
        """Who reads slowly keeps files that are forgotten."""
        sizes = dict(_sizes(self._folder.glob(f"*{_LENT}")))
        if sum(sizes.values()) > self._most_lent:
            expected = f"at most {self._most_lent} bytes of bundles on their way"
            raise TooManyRequests("exports", expected, "more").after(_LATER)

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
            oldest.discard()

    def _size(self) -> int:
        return sum(ready.size for ready in self._ready.values())


def _sizes(paths: Iterable[Path]) -> Iterator[tuple[int, int]]:
    """Files with their sizes; one with several names is the same."""
    for path in paths:
        with suppress(FileNotFoundError):  # read to its end meanwhile
            state = path.stat()
            yield state.st_ino, state.st_size
