"""The log's tiles as files, under the paths that C2SP's tlog-tiles has for them.

``<folder>/tile/…`` and ``<folder>/checkpoint`` can be served as they are. ``<folder>/marks`` tells
how far the tiles reach: 48 bytes for each full tile of leaves, written when the tile is durable; a
mark that a crash left torn or too early does not count. Not here: what tiles mean.
"""

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from struct import Struct
from typing import Final

from application.log_ports import Mark
from domain.transparency.merkle import HASH_SIZE, root_of
from domain.transparency.tiles import WIDTH, Tile, hashes_of
from infrastructure.files import make_folder, sync_folder, writing

MARKS: Final = "marks"
CHECKPOINT: Final = "checkpoint"

_SYNCED_AT_ONCE: Final = 4
_UNFINISHED: Final = ".new-"
"""How the name of a file begins that a crash left; it is written again."""
_MARK: Final = Struct(f">QQ{HASH_SIZE}s")


class FileTiles:
    """See :class:`application.log_ports.LogTiles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._full: int | None = None

    def full(self) -> int:
        """How many full tiles of leaves there are with a mark each."""
        if self._full is None:
            path = self._folder / MARKS
            self._full = path.stat().st_size // _MARK.size if path.exists() else 0
            while self._full and not self._is_true(self._full - 1):
                self._full -= 1
        return self._full

    def marks(self, first: int, last: int) -> Sequence[Mark]:
        """Those of some full tiles of leaves, as far as they are here."""
        if first >= last:
            return ()
        try:
            with (self._folder / MARKS).open("rb") as file:
                file.seek(first * _MARK.size)
                data = file.read((last - first) * _MARK.size)
        except FileNotFoundError:
            return ()
        whole = len(data) - len(data) % _MARK.size
        return [Mark(*each) for each in _MARK.iter_unpack(data[:whole])]

    def add(self, tiles: Sequence[tuple[Tile, bytes]], marks: Sequence[Mark]) -> None:
        """Keep some full tiles and then their marks; the partial ones in their place go."""
        full = self.full()
        paths = [self._folder / tile.path for tile, _ in tiles]
        with writing(self._folder):
            folders = dict.fromkeys(path.parent for path in paths)
            for folder in folders:
                make_folder(folder)
            _write_all([(path, data) for path, (_, data) in zip(paths, tiles, strict=True)])
            for folder in folders:
                sync_folder(folder)
            for path in paths:  # before the marks: a crash in between makes this happen again
                partial = f"{path}.p"
                if os.path.isdir(partial):  # noqa: PTH112 - cheaper than a path, for each tile
                    shutil.rmtree(partial, ignore_errors=True)
            self._append(full, marks)
        self._full = full + len(marks)

    def publish(self, partial: Sequence[tuple[Tile, bytes]], checkpoint: bytes) -> None:
        """Put partial tiles and a checkpoint in place; partial tiles of heads before it stay.

        Who has seen an earlier head may still ask for them, until the full tile is there.
        """
        files = {tile.path: data for tile, data in partial} | {CHECKPOINT: checkpoint}
        with writing(self._folder):
            for name, data in files.items():
                if self._bytes(name) != data:  # not there yet, or rotten
                    path = self._folder / name
                    make_folder(path.parent)
                    _write_all([(path, data)])
                    sync_folder(path.parent)

    def published(self) -> bytes | None:
        """The checkpoint as it is published; None where none is."""
        return self._bytes(CHECKPOINT)

    def read(self, tile: Tile) -> bytes | None:
        """The bytes of a tile; None where it is not here."""
        return self._bytes(tile.path)

    def _bytes(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def clear(self) -> None:
        """Forget all tiles; the marks first, so that after a crash nothing counts."""
        for name in (MARKS, CHECKPOINT):
            (self._folder / name).unlink(missing_ok=True)
        if self._folder.is_dir():
            sync_folder(self._folder)
        shutil.rmtree(self._folder / "tile", ignore_errors=True)
        self._full = 0

    def _append(self, full: int, marks: Sequence[Mark]) -> None:
        path = self._folder / MARKS
        made = path.exists()
        with path.open("r+b" if made else "w+b") as file:
            file.truncate(full * _MARK.size)
            file.seek(full * _MARK.size)
            file.write(b"".join(_MARK.pack(*mark) for mark in marks))
            file.flush()
            os.fsync(file.fileno())
        if not made:
            sync_folder(self._folder)

    def _is_true(self, index: int) -> bool:
        """Whether a mark tells the root of a tile that is here and whole."""
        data = self.read(Tile(0, index)) or b""
        [mark] = self.marks(index, index + 1)
        is_whole = len(data) == WIDTH * HASH_SIZE
        return is_whole and root_of(hashes_of(data)) == mark.root and mark.position > 0


def _write_all(files: Sequence[tuple[Path, bytes]]) -> None:
    """Write files under other names, durably, and then give them their own.

    They are synced together: a disk takes a few at a time as fast as one.
    """
    written: list[tuple[Path, Path]] = []
    with ExitStack() as opened:
        numbers: list[int] = []
        for path, data in files:
            unfinished = path.with_name(f"{_UNFINISHED}{path.name}")
            file = opened.enter_context(unfinished.open("wb"))
            file.write(data)
            file.flush()
            numbers.append(file.fileno())
            written.append((unfinished, path))
        if len(numbers) == 1:
            os.fsync(numbers[0])
        else:
            with ThreadPoolExecutor(_SYNCED_AT_ONCE) as threads:
                for _ in threads.map(os.fsync, numbers):
                    pass
    for unfinished, path in written:
        unfinished.replace(path)
