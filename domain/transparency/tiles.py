"""Tiles after C2SP's tlog-tiles: a log's hashes and entries in files of 256, and proofs from them.

A tile of level 0 has the hashes of 256 leaves; one of level n has the roots of 256 full tiles below
it. Those at the right edge are partial. From a few tiles follows any root and any proof, of the
whole tree and of each smaller one. Not here: where tiles are kept, and whose root is to be trusted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from domain.errors import InvalidInput
from domain.transparency.merkle import HASH_SIZE, CompactRange, root_of
from domain.transparency.proofs import SIZE_LIMIT, Span, consistency_spans, inclusion_spans

WIDTH: Final = 256
"""Hashes of a full tile."""
HEIGHT: Final = 8
"""Levels of the tree that a tile stands for."""
ENTRIES: Final = -1
"""In the place of a level: the tile holds entries, not hashes."""
MAX_ENTRY_BYTES: Final = 2**16 - 1

_PATH: Final = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)
_PLACE: Final = "tile"


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile of its level, from 0, and how many hashes or entries it has: 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """``tile/<level>/<index>``, with ``.p/<width>`` if it is partial."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read what :attr:`path` prints; raises ``InvalidInput`` for anything else."""
        if found := _PATH.fullmatch(path):
            level = ENTRIES if found[1] == "entries" else int(found[1])
            index = int(found[2].replace("x", "").replace("/", ""))
            tile = cls(level, index, int(found[3] or WIDTH))
            if tile.path == path:
                return tile
        raise InvalidInput(_PLACE, "tile/<level>/<index>[.p/<width>]", ascii(path[:80]))

    @property
    def end(self) -> int:
        """So many leaves a tree has at least that has this tile."""
        below = 0 if self.level == ENTRIES else self.level
        return (WIDTH * self.index + self.width) << (HEIGHT * below)


def tile_of(level: int, index: int, size: int) -> Tile:
    """The tile of a tree of ``size`` leaves; its width is 0 or less where the tree has none."""
    hashes = size >> (HEIGHT * max(level, 0))
    return Tile(level, index, min(WIDTH, hashes - WIDTH * index))


def partial_tiles(size: int) -> Iterator[Tile]:
    """The partial tiles of hashes of a tree of ``size`` leaves, the lowest level first."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        if width := hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, width)
        level += 1


def tile_count(size: int) -> int:
    """How many tiles of hashes a tree of ``size`` leaves has."""
    levels = range(0, size.bit_length(), HEIGHT)
    return sum(-(-(size >> level) // WIDTH) for level in levels)


FetchTile: TypeAlias = Callable[[Tile], bytes]
"""Gives the bytes of a tile; raises whatever says why it cannot."""


def false_tile(size: int, fetch: FetchTile) -> Tile | None:
    """The highest full tile whose root is not the hash in the tile above; None where all are.

    With a tree whose edge leads to a root that is trusted, all tiles do then. A few are held at a
    time. Raises what ``fetch`` does.
    """
    for level in reversed(range(0, size.bit_length(), HEIGHT)):
        above = b""
        for index in range((size >> level) // WIDTH):
            at = index % WIDTH * HASH_SIZE
            if at == 0:
                above = fetch(tile_of(level // HEIGHT + 1, index // WIDTH, size))
            tile = Tile(level // HEIGHT, index)
            if root_of(hashes_of(fetch(tile))) != above[at : at + HASH_SIZE]:
                return tile
    return None


class TileTree:
    """A tree of ``size`` leaves, of which hashes are read from tiles as they are needed.

    All methods raise what ``fetch`` does, and ``InvalidInput`` when a tile has another length.
    """

    def __init__(self, size: int, fetch: FetchTile) -> None:
        if not 0 <= size < SIZE_LIMIT:
            raise InvalidInput("tree size", f"0 to {SIZE_LIMIT - 1}", str(size))
        self.size = size
        self._fetch = fetch
        self._tiles: dict[Tile, bytes] = {}

    def root(self) -> bytes:
        """The root of the tree."""
        return self._root_of((0, self.size))

    def root_at(self, size: int) -> bytes:
        """The root that the tree had at an earlier size."""
        if not 0 <= size <= self.size:
            raise InvalidInput("tree", f"a number within its size {self.size}", str(size))
        return self._root_of((0, size))

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Prove a leaf; raises ``ProofMalformed`` unless the tree has it."""
        return [self._root_of(span) for span in inclusion_spans(index, self.size)]

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """Prove that the tree extends its first leaves; ``ProofMalformed`` unless it has them."""
        return [self._root_of(span) for span in consistency_spans(old_size, self.size)]

    def _root_of(self, span: Span) -> bytes:
        """The root over some leaves, folded from those of full subtrees, the largest first."""
        start, end = span
        count, nodes = end - start, list[bytes]()
        for level in reversed(range(count.bit_length())):
            if count >> level & 1:
                nodes.append(self._node(level, start >> level))
                start += 1 << level
        return CompactRange(count, nodes).root()

    def _node(self, level: int, index: int) -> bytes:
        """The root of a full subtree: a hash in a tile, or the root of some that stand in one."""
        tile_level, inner = divmod(level, HEIGHT)
        first = index << inner
        data = self._tile(tile_of(tile_level, first // WIDTH, self.size))
        start = first % WIDTH * HASH_SIZE
        return root_of(hashes_of(data[start : start + (HASH_SIZE << inner)]))

    def _tile(self, tile: Tile) -> bytes:
        if tile not in self._tiles:
            data = self._fetch(tile)
            if len(data) != HASH_SIZE * tile.width:
                raise InvalidInput(tile.path, f"{HASH_SIZE * tile.width} bytes", str(len(data)))
            self._tiles[tile] = data
        return self._tiles[tile]


def hashes_of(tile: bytes) -> list[bytes]:
    """The hashes that stand in a tile's bytes."""
    return [tile[start : start + HASH_SIZE] for start in range(0, len(tile), HASH_SIZE)]


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """The bytes of an entry bundle: each entry behind its length, two bytes, big-endian.

    Raises:
        ValueError: when one is longer than 65,535 bytes.
    """
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise ValueError(f"an entry of more than {MAX_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)
