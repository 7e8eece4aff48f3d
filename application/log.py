"""The log: every event of the archive's own streams is a leaf, in the order of the store.

Events are taken in page by page; nothing is signed while something is recorded. Before a head is
signed it must extend the one that was signed last, which is kept apart from the events: an archive
whose events went back to an older state never signs two histories. Not here: how tiles and heads
are kept (``log_ports``), and when a checkpoint is made (``interface``).
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import RLock

from application.keys import STREAM, Keys
from application.log_growth import Growth, TileBatch
from application.log_ports import Head, Heads, LogTiles, Mark
from application.log_published import check_published, lost_head
from application.ports import EventStore, Lines, StreamKey
from domain.bundle.item_inclusion import Inclusion
from domain.errors import LogDiverged, NotFound, Refused
from domain.transparency.checkpoint import Checkpoint
from domain.transparency.merkle import HASH_SIZE, leaf_hash, leaf_hashes
from domain.transparency.proofs import ProofMismatch, verify_inclusion
from domain.transparency.signed_note import Note
from domain.transparency.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    TileTree,
    encode_entries,
    tile_of,
)
from domain.transparency.tlog_proof import TlogProof

TILES_AT_ONCE = 64
"""Full tiles that are written together."""

_REMEDY = (
    "If the database was restored from a backup, put back the newest one; if only tiles are"
    " damaged: eval752 log rebuild. A head that was signed cannot be taken back: if the events are"
    " lost, begin a new archive, whose origin is another, and import this one's bundles there."
)

_ANEW = "Make the tiles anew: eval752 log rebuild"


class Log:
    """The log of one archive; usable by any number of threads, of one process that writes."""

    def __init__(
        self,
        store: EventStore,
        tiles: LogTiles,
        heads: Heads,
        keys: Keys,
        *,
        writable: bool = True,
    ) -> None:
        self._store, self._tiles, self._heads, self._keys = store, tiles, heads, keys
        self._writable = writable
        self._lock = RLock()
        self._growth: Growth | None = None
        self._mark = Mark(0, 0, b"")
        """The page that was taken in last, and how many of its lines."""

    @property
    def origin(self) -> str:
        """That of the archive."""
        return self._keys.origin

    def head(self) -> Head | None:
        """The head that was signed last."""
        return self._heads.last()

    def has_signed(self) -> bool:
        """Whether any head was ever signed, as far as is kept or published."""
        return bool(self.head() or self._tiles.published())

    def waiting(self) -> int:
        """How many events no signed head covers yet."""
        keys = (key for key in self._store.streams() if key.origin == self.origin)
        head = self.head()
        return sum(map(self._store.version, keys)) - (head.size if head else 0)

    def fault(self) -> LogDiverged | None:
        """Why no further head can be signed; None where nothing is against it. Writes nothing."""
        with self._lock:
            try:
                self._check()
            except LogDiverged as problem:
                return problem
        return None

    def covering(self, size: int) -> Head | None:
        """The first head that was signed of those that cover so many events and count.

        One counts unless it is signed by keys alone that are compromised.
        """
        head = self._heads.covering(size)
        if head is None or self._keys.counts(head.note):
            return head
        for key in self._keys.known()[1:]:
            begun = self._store.index(StreamKey(self.origin, STREAM), key.version) + 1
            head = self._heads.covering(max(size, begun))
            if head and self._keys.counts(head.note):
                return head
        return None

    @contextmanager
    def held(self) -> Generator[None]:
        """Let no head be signed but by this thread, until the block ends.

        While a key is replaced: each head is signed by the key that the events in it put in force.
        """
        with self._lock:
            yield

    def integrate(self) -> int:
        """Take in all events that were committed, and return the number of leaves.

        Raises:
            Refused: when this process does not write to the archive.
            LogDiverged: when the events are not those that were taken in before.
        """
        if not self._writable:
            place, expected = f"log of {self.origin}", "an archive opened for writing"
            remedy = "Ask the service that writes to this archive, or open it for writing."
            raise Refused(place, expected, "one opened for reading", remedy)
        with self._lock:
            self._check()  # before anything is written: others read the tiles
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

    def checkpoint(self) -> Head:
        """Take in all events, and sign their head, unless it was signed already.

        Raises:
            LogDiverged: when the head does not extend the one that was signed last.
        """
        with self._lock:
            size = self.integrate()
            last, tree = self.head(), self._tree(size)
            self._check_extends(last, tree)
            if last and last.size == size:
                head = last
            else:
                head = self._signed(Checkpoint(self.origin, size, tree.root()))
                self._heads.add(head, last.size if last else 0)
            self._keys.end_hand_over()  # which needed this head, and it is durable
            self._publish(head)
            return head

    def proof(self, key: StreamKey, version: int) -> bytes:
        """Prove an event, by the first checkpoint that covers it and counts; or else a new one.

        It is a tlog-proof, the same each time.

        Raises:
            NotFound: when there is no such event of the archive's own.
            LogDiverged: when no head may be signed, or the event is not the one that was.
        """
        if key.origin != self.origin:
            raise NotFound(key.stream, "a stream of this archive", f"one of {key.origin}")
        index = self._store.index(key, version)
        with self._lock:
            head = self.covering(index + 1) or self.checkpoint()
            self._check_extends(head, self._tree(self.integrate()))
        leaf, hashes = self.inclusion(key, version, Checkpoint(self.origin, head.size, head.root))
        return TlogProof(leaf, (*hashes,), head.note).encode()

    def inclusion(self, key: StreamKey, version: int, head: Checkpoint) -> Inclusion:
        """Where an event of the archive's own stands under a head that was signed.

        Raises:
            LogDiverged: when the event is not the one that was.
        """
        index = self._store.index(key, version)
        with self._lock:
            self.integrate()
            hashes = self._tree(head.size).inclusion_proof(index)
        leaf = leaf_hash(self._line(key, version))
        try:
            verify_inclusion(leaf, index, head.size, hashes, head.root)
        except ProofMismatch as problem:
            raise LogDiverged(problem.place, problem.expected, problem.found, _REMEDY) from problem
        return Inclusion(index, hashes)

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """The proof that the tree of ``new`` events extends that of ``old``; empty from nothing.

        Raises:
            LogDiverged: when the events are not those that were taken in before.
        """
        with self._lock:
            self.integrate()
            return self._tree(new).consistency_proof(old) if 0 < old < new else []

    def rebuild(self) -> Head:
        """Make all tiles anew from the events, and sign their head if it was not.

        Where the heads that were signed are gone, the published one takes their place.

        Raises:
            LogDiverged: when the events do not extend what was signed; all stays as it was then.
        """
        with self._lock:
            last, lost = self.head(), lost_head(self._tiles, self._heads)
            if lost and (last is None or last.size < lost.size):
                self._check_begins(lost)
                self._heads.add(lost, last.size if last else 0)
            if last := self.head():
                self._check_begins(last)
            self._tiles.clear()
            self._growth, self._mark = None, Mark(0, 0, b"")
            head = self.checkpoint()
            self._publish(head, self._was_signed)
            return head

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile of hashes or entries, which some signed head covers.

        Raises:
            NotFound: when there is no such tile.
        """
        head = self.head()
        if head is None or tile.end > head.size:
            raise NotFound(tile.path, "a tile of the log as it was signed", "none")
        if tile.level == ENTRIES:
            return encode_entries(self._entries(tile))
        with self._lock:
            if tile.width < WIDTH and self._growth is None:
                self.integrate()
            return self._read(tile)

    def _check(self) -> None:
        """Check, without writing anything, that the events extend what was signed last."""
        check_published(self._tiles, self._heads)
        last = self.head()
        if last is None:
            return
        if self._growth and self._growth.size >= last.size:
            self._check_extends(last, self._tree(self._growth.size))
        else:
            self._growth = None  # with its mark
            edge = self._open()
            self._extend(edge, self._mark, last.size)
            self._check_extends(last, self._tree(edge.size, edge))

    def _check_begins(self, last: Head) -> None:
        """Check the same by the events alone: no tile is believed."""
        edge = Growth()
        self._extend(edge, Mark(0, 0, b""), last.size)
        self._check_extends(last, self._tree(edge.size, edge))

    def _extend(self, edge: Growth, mark: Mark, size: int) -> None:
        """Let an edge grow by the events behind a mark, to a size if there are so many."""
        for _, taken, lines in self._behind(mark):
            edge.add(leaf_hashes(lines[taken : taken + max(0, size - edge.size)]))
            if edge.size >= size:
                return

    def _behind(self, mark: Mark) -> Iterator[tuple[int, int, Sequence[bytes]]]:
        """Pages from that of a mark on: position, how many lines are in already, and all lines."""
        for position, lines in self._store.lines(self.origin, mark.position - 1):
            yield position, mark.lines if position == mark.position else 0, lines

    def _open(self) -> Growth:
        """The edge behind the full tiles that are kept, if the store has what they end with."""
        full = self._tiles.full()
        self._mark = self._tiles.marks(full - 1, full)[0] if full else Mark(0, 0, b"")
        if full:
            last = (self._tiles.read(Tile(0, full - 1)) or b"")[-HASH_SIZE:]
            pages = self._store.lines(self.origin, self._mark.position - 1)
            page = next(pages, Lines(0, ()))
            found = page.lines[self._mark.lines - 1 : self._mark.lines]
            if page.position != self._mark.position or leaf_hashes(found) != [last]:
                expected = f"the event of leaf {WIDTH * full - 1} of the log"
                raise LogDiverged("event store", expected, "another one, or none", _REMEDY)
        return Growth.of(self._tiles)

    def _tree(self, size: int, edge: Growth | None = None) -> TileTree:
        return TileTree(size, partial(self._read, edge=edge))

    def _read(self, tile: Tile, edge: Growth | None = None) -> bytes:
        """A tile, also as it was when it had fewer hashes."""
        edge = edge or self._growth
        data = edge.read(tile) if edge and tile.width < WIDTH else None
        data = data or self._tiles.read(Tile(tile.level, tile.index)) or b""
        if len(data) < HASH_SIZE * tile.width:
            expected, found = f"a tile of {HASH_SIZE * tile.width} bytes", f"{len(data)}"
            raise LogDiverged(f"log/{tile.path}", expected, found, _ANEW)
        return data[: HASH_SIZE * tile.width]

    def _publish(self, head: Head, also: Callable[[Tile], bool] = lambda _: False) -> None:
        partial_tiles = [*self._growth.partial(also)] if self._growth else []
        self._tiles.publish(partial_tiles, head.note)

    def _was_signed(self, tile: Tile) -> bool:
        """Whether a head was signed for which this is a partial tile."""
        head = self._heads.covering(tile.end)
        return head is not None and tile_of(tile.level, tile.index, head.size) == tile

    def _check_extends(self, last: Head | None, tree: TileTree) -> None:
        """Check that a tree has what was signed, or there was nothing."""
        if last is None:
            return
        place = f"log of {self.origin}"
        if last.size > tree.size:
            expected = f"the {last.size} events whose head was signed"
            raise LogDiverged(place, expected, f"{tree.size}", _REMEDY)
        root = tree.root_at(last.size)
        if root != last.root:
            expected = f"the root {last.root.hex()} that was signed for {last.size} events"
            raise LogDiverged(place, expected, root.hex(), _REMEDY)

    def _signed(self, checkpoint: Checkpoint) -> Head:
        text = checkpoint.text()
        lines = tuple(self._keys.sign_head(text))
        return Head(checkpoint.size, checkpoint.root, Note(text, lines).encode())

    def _line(self, key: StreamKey, version: int) -> bytes:
        page = next(self._store.pages(key, version - 1, parts=False))
        return page.lines[version - page.first]

    def _entries(self, tile: Tile) -> list[bytes]:
        with self._lock:  # while the tiles are made anew, there are no marks
            marks = self._tiles.marks(tile.index - 1, tile.index) if tile.index else ()
        if tile.index and not marks:
            raise LogDiverged(tile.path, "the mark of the tile before", "none", _ANEW)
        start = marks[0] if marks else Mark(1, 0, b"")
        entries: list[bytes] = []
        for position, lines in self._store.lines(self.origin, start.position - 1):
            entries += lines[start.lines if position == start.position else 0 :]
            if len(entries) >= tile.width:
                break
        return entries[: tile.width]
