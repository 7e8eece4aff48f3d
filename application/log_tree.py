"""The tree of the log: the store's events as far as they were taken in, and the tiles that keep it.

Events are taken in page by page. Whoever reads it sees trees of any size up to that, and whether
one extends a head. Not here: heads and signatures, and what may be written when (``log``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from application.log_growth import Growth, TileBatch
from application.log_ports import Head, LogTiles, Mark
from application.ports import EventStore, Lines
from domain.errors import InvalidInput, LogDiverged
from domain.transparency.merkle import HASH_SIZE, leaf_hashes
from domain.transparency.proofs import ProofMismatch, verify_inclusion
from domain.transparency.tiles import WIDTH, Tile, TileTree, hashes_of, tile_of

TILES_AT_ONCE: Final = 64
"""Full tiles that are written together."""

REMEDY: Final = (
    "If the database was restored from a backup, put back the newest one; if only tiles are"
    " damaged: eval752 log rebuild. A head that was signed cannot be taken back: if the events are"
    " lost, begin a new archive, whose origin is another, and import this one's bundles there."
)
_ANEW: Final = "Make the tiles anew: eval752 log rebuild"
_START: Final = Mark(0, 0, b"")


class LogTree:
    """The tree over an archive's own events; not to be used by two threads at once."""

    def __init__(self, store: EventStore, tiles: LogTiles, origin: str) -> None:
        self._store, self._tiles, self._origin = store, tiles, origin
        self._growth: Growth | None = None
        self._mark = _START
        """The page that was taken in last, and how many of its lines."""

    @property
    def is_open(self) -> bool:
        """Whether its edge is at hand."""
        return self._growth is not None

    def take_in(self) -> int:
        """Take in all events that were committed, and return the number of leaves.

        Raises:
            LogDiverged: when the events are not those that were taken in before.
        """
        growth = self._growth or self._open()
        self._growth = None  # unless all goes well, what was taken in is read again
        batch = TileBatch(self._tiles)
        for position, taken, lines in self._behind(self._mark):
            end = taken - growth.size % WIDTH
            for full in growth.add(leaf_hashes(lines[taken:])):
                end += WIDTH * (full.tile.level == 0)
                batch.add(full, Mark(position, end, full.root))
            self._mark = Mark(position, len(lines), b"")
            batch.write(TILES_AT_ONCE)
        batch.write()
        self._growth = growth
        return growth.size

    def begin_anew(self) -> None:
        """Remove all tiles, and begin at the first event."""
        self._tiles.clear()
        self._growth, self._mark = None, _START

    def partial_tiles(self, also: Callable[[Tile], bool]) -> Iterable[tuple[Tile, bytes]]:
        """The tiles at the edge, and earlier ones of which ``also`` holds."""
        return self._growth.partial(also) if self._growth else ()

    def of_size(self, size: int, edge: Growth | None = None) -> TileTree:
        """The tree as it was with so many leaves."""
        return TileTree(size, partial(self.read, edge=edge))

    def read(self, tile: Tile, edge: Growth | None = None) -> bytes:
        """A tile of hashes, also as it was when it had fewer.

        Raises:
            LogDiverged: when it is not there.
        """
        edge = edge or self._growth
        data = edge.read(tile) if edge and tile.width < WIDTH else None
        data = data or self._tiles.read(Tile(tile.level, tile.index)) or b""
        if len(data) < HASH_SIZE * tile.width:
            expected, found = f"a tile of {HASH_SIZE * tile.width} bytes", f"{len(data)}"
            raise LogDiverged(f"log/{tile.path}", expected, found, _ANEW)
        return data[: HASH_SIZE * tile.width]

    def covered(self, indexes: Iterable[int], head: Head) -> Mapping[int, bytes]:
        """The leaf hashes at these places, all within a head that was signed, as it has them.

        A tile is believed as far as the proof of its first leaf goes, which takes in all of it.

        Raises:
            LogDiverged: when a tile is not there, or does not lead to the head.
        """
        tree, found = TileTree(head.size, self._published), dict[int, bytes]()
        for number, those in groupby(sorted(indexes), lambda index: index // WIDTH):
            first = WIDTH * number
            hashes = hashes_of(self._published(tile_of(0, number, head.size)))
            try:
                proof = tree.inclusion_proof(first)
                verify_inclusion(hashes[0], first, head.size, proof, head.root)
            except (InvalidInput, ProofMismatch) as problem:
                place = f"log/{tile_of(0, number, head.size).path}"
                raise LogDiverged(place, problem.expected, problem.found, _ANEW) from problem
            found |= {index: hashes[index - first] for index in those}
        return found

    def _published(self, tile: Tile) -> bytes:
        """A tile as it is kept, without a look at the events."""
        return self._tiles.read(tile) or self.read(tile)

    def entries(self, tile: Tile) -> list[bytes]:
        """The events of a tile of entries.

        Raises:
            LogDiverged: when nothing says where they begin in the store.
        """
        marks = self._tiles.marks(tile.index - 1, tile.index) if tile.index else ()
        if tile.index and not marks:
            raise LogDiverged(tile.path, "the mark of the tile before", "none", _ANEW)
        start = marks[0] if marks else Mark(1, 0, b"")
        entries: list[bytes] = []
        for position, lines in self._store.lines(self._origin, start.position - 1):
            entries += lines[start.lines if position == start.position else 0 :]
            if len(entries) >= tile.width:
                break
        return entries[: tile.width]

    def check_extends(self, last: Head) -> None:
        """Check, without writing anything, that the events extend a head.

        Raises:
            LogDiverged: when they do not.
        """
        if self._growth and self._growth.size >= last.size:
            self._check(last, self.of_size(self._growth.size))
        else:
            self._growth = None  # with its mark
            edge = self._open()
            self._extend(edge, self._mark, last.size)
            self._check(last, self.of_size(edge.size, edge))

    def check_begins(self, last: Head) -> None:
        """Check the same by the events alone: no tile is believed."""
        edge = Growth()
        self._extend(edge, _START, last.size)
        self._check(last, self.of_size(edge.size, edge))

    def _check(self, last: Head, tree: TileTree) -> None:
        place = f"log of {self._origin}"
        if last.size > tree.size:
            expected = f"the {last.size} events whose head was signed"
            raise LogDiverged(place, expected, f"{tree.size}", REMEDY)
        root = tree.root_at(last.size)
        if root != last.root:
            expected = f"the root {last.root.hex()} that was signed for {last.size} events"
            raise LogDiverged(place, expected, root.hex(), REMEDY)

    def _extend(self, edge: Growth, mark: Mark, size: int) -> None:
        """Let an edge grow by the events behind a mark, to a size if there are so many."""
        for _, taken, lines in self._behind(mark):
            edge.add(leaf_hashes(lines[taken : taken + max(0, size - edge.size)]))
            if edge.size >= size:
                return

    def _behind(self, mark: Mark) -> Iterator[tuple[int, int, Sequence[bytes]]]:
        """Pages from that of a mark on: position, how many lines are in already, and all lines."""
        for position, lines in self._store.lines(self._origin, mark.position - 1):
            yield position, mark.lines if position == mark.position else 0, lines

    def _open(self) -> Growth:
        """The edge behind the full tiles that are kept, if the store has what they end with."""
        full = self._tiles.full()
        self._mark = self._tiles.marks(full - 1, full)[0] if full else _START
        if full:
            last = (self._tiles.read(Tile(0, full - 1)) or b"")[-HASH_SIZE:]
            pages = self._store.lines(self._origin, self._mark.position - 1)
            page = next(pages, Lines(0, ()))
            found = page.lines[self._mark.lines - 1 : self._mark.lines]
            if page.position != self._mark.position or leaf_hashes(found) != [last]:
                expected = f"the event of leaf {WIDTH * full - 1} of the log"
                raise LogDiverged("event store", expected, "another one, or none", REMEDY)
        return Growth.of(self._tiles)
