"""The right edge of the log: takes leaf hashes, gives out the tiles that become full.

It holds at most 255 hashes a level, however large the log. Not here: where leaves come from, and
where tiles are kept.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from application.log_ports import LogTiles, Mark
from domain.transparency.merkle import root_of
from domain.transparency.tiles import WIDTH, Tile, hashes_of, partial_tiles


class FullTile(NamedTuple):
    """A tile that is full, and the root of the tree over its hashes."""

    tile: Tile
    data: bytes
    root: bytes


class Growth:
    """The unfinished tile of each level."""

    def __init__(self) -> None:
        self._full: list[int] = [0]
        """Full tiles by level."""
        self._rows: list[list[bytes]] = [[]]

    @classmethod
    def of(cls, tiles: LogTiles) -> "Growth":
        """The edge behind all full tiles of leaves that are kept."""
        growth, full, level = cls(), tiles.full(), 0
        growth._full[0] = full
        while full:
            level += 1
            whole, left = divmod(full, WIDTH)
            growth._full.append(whole)
            growth._rows.append(_roots(tiles, level - 1, full - left, full))
            full = whole
        return growth

    @property
    def size(self) -> int:
        """Number of leaves."""
        return WIDTH * self._full[0] + len(self._rows[0])

    def add(self, leaves: Iterable[bytes]) -> list[FullTile]:
        """Take some more leaf hashes; return the tiles that are full now, those below first."""
        self._rows[0].extend(leaves)
        full: list[FullTile] = []
        for level, row in enumerate(self._rows):  # which may grow by a level within
            while len(row) >= WIDTH:
                hashes = row[:WIDTH]
                del row[:WIDTH]
                tile, root = Tile(level, self._full[level]), root_of(hashes)
                full.append(FullTile(tile, b"".join(hashes), root))
                self._full[level] += 1
                if level + 1 == len(self._rows):
                    self._rows.append([])
                    self._full.append(0)
                self._rows[level + 1].append(root)
        return full

    def partial(
        self, also: Callable[[Tile], bool] = lambda _: False
    ) -> Iterator[tuple[Tile, bytes]]:
        """The partial tiles of the tree as it is, and ``also`` some that it had before."""
        for newest in partial_tiles(self.size):
            for width in range(1, newest.width + 1):
                tile = Tile(newest.level, newest.index, width)
                if tile == newest or also(tile):
                    yield tile, b"".join(self._rows[tile.level][:width])

    def read(self, tile: Tile) -> bytes | None:
        """The bytes of a partial tile that stands at the edge, now or at an earlier size."""
        if tile.level >= len(self._rows) or tile.index != self._full[tile.level]:
            return None
        row = self._rows[tile.level][: tile.width]
        return b"".join(row) if len(row) == tile.width else None


class TileBatch:
    """Full tiles that are written together, with a mark for each that holds leaves."""

    def __init__(self, tiles: LogTiles) -> None:
        self._tiles = tiles
        self._full: list[tuple[Tile, bytes]] = []
        self._marks: list[Mark] = []

    def add(self, full: FullTile, mark: Mark) -> None:
        """Take one more, with the mark that it has if it holds leaves."""
        self._full.append((full.tile, full.data))
        if full.tile.level == 0:
            self._marks.append(mark)

    def write(self, at_least: int = 1) -> None:
        """Write them, if there are so many."""
        if len(self._full) >= at_least:
            self._tiles.add(self._full, self._marks)
            self._full, self._marks = [], []


def _roots(tiles: LogTiles, level: int, first: int, last: int) -> list[bytes]:
    """The roots of some full tiles: hashes of the level above."""
    if level == 0:
        return [mark.root for mark in tiles.marks(first, last)]
    kept = (tiles.read(Tile(level, index)) or b"" for index in range(first, last))
    return [root_of(hashes_of(data)) for data in kept]
