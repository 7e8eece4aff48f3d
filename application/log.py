"""The log: every event of the archive's own streams is a leaf, in the order of the store.

Events are taken in page by page; nothing is signed while something is recorded. Before a head is
signed it must extend the one that was signed last, which is kept apart from the events: an archive
whose events went back to an older state never signs two histories. Not here: how tiles and heads
are kept (``log_ports``), and when a checkpoint is made (``interface``).
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock

from application.keys import STREAM, Keys
from application.log_ports import Head, LogFiles
from application.log_published import check_published, cosignature_lines, lost_head
from application.log_tree import REMEDY, LogTree
from application.ports import EventStore, StreamKey
from domain.bundle.item_inclusion import Inclusion
from domain.errors import LogDiverged, NotFound, Refused
from domain.transparency.checkpoint import Checkpoint
from domain.transparency.merkle import leaf_hash
from domain.transparency.proofs import ProofMismatch, verify_inclusion
from domain.transparency.signed_note import Note
from domain.transparency.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    encode_entries,
    tile_of,
)
from domain.transparency.tlog_proof import TlogProof


class Log:
    """The log of one archive; usable by any number of threads, of one process that writes."""

    def __init__(
        self,
        store: EventStore,
        files: LogFiles,
        keys: Keys,
        *,
        writable: bool = True,
    ) -> None:
        self._store, self._keys, self._writable = store, keys, writable
        self._tiles, self._heads, self._cosignatures = files
        self._lock = RLock()
        self._tree = LogTree(store, files.tiles, keys.origin)
        self._stream = StreamKey(keys.origin, STREAM)

    @property
    def origin(self) -> str:
        """That of the archive."""
        return self._keys.origin

    def head(self) -> Head | None:
        """The head that was signed last."""
        return self._heads.last()

    def note(self) -> bytes | None:
        """The head that was signed last as it is published: with what witnesses said of it."""
        head = self.head()
        return self._cosigned(head) if head else None

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
            begun = self._store.index(self._stream, key.version) + 1
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
            return self._tree.take_in()

    def checkpoint(self) -> Head:
        """Take in all events, and sign their head, unless it was signed already.

        Raises:
            LogDiverged: when the head does not extend the one that was signed last.
        """
        with self._lock:
            size = self.integrate()
            if last := self.head():
                self._tree.check_extends(last)  # as it was taken in
            if last and last.size == size:
                head = last
            else:
                root = self._tree.of_size(size).root()
                head = self._signed(Checkpoint(self.origin, size, root))
                self._heads.add(head, last.size if last else 0)
            self._keys.end_hand_over()  # which needed this head, and it is durable
            self._publish(head)
            return head

    def publish_cosigned(self) -> None:
        """Publish the last head again, with what witnesses said of it since."""
        with self._lock:
            if note := self.note():
                self._tiles.publish([], note)

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
            self.integrate()
            self._tree.check_extends(head)
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
            hashes = self._tree.of_size(head.size).inclusion_proof(index)
        leaf = leaf_hash(self._line(key, version))
        try:
            verify_inclusion(leaf, index, head.size, hashes, head.root)
        except ProofMismatch as problem:
            raise LogDiverged(problem.place, problem.expected, problem.found, REMEDY) from problem
        return Inclusion(index, hashes)

    def covered(self, indexes: Iterable[int]) -> Mapping[int, bytes]:
        """The leaf hashes at those of these places that the last signed head covers.

        No event is read for it, so that they can be compared with events.

        Raises:
            LogDiverged: when the tiles do not lead to that head.
        """
        head = self.head()
        within = [index for index in indexes if head and index < head.size]
        if head is None or not within:
            return {}
        with self._lock:
            return self._tree.covered(within, head)

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """The proof that the tree of ``new`` events extends that of ``old``; empty from nothing.

        Raises:
            LogDiverged: when the events are not those that were taken in before.
        """
        with self._lock:
            self.integrate()
            return self._tree.of_size(new).consistency_proof(old) if 0 < old < new else []

    def rebuild(self) -> Head:
        """Make all tiles anew from the events, and sign their head if it was not.

        Where the heads that were signed are gone, the published one takes their place.

        Raises:
            LogDiverged: when the events do not extend what was signed; all stays as it was then.
        """
        with self._lock:
            last, lost = self.head(), lost_head(self._tiles, self._heads)
            if lost and (last is None or last.size < lost.size):
                self._tree.check_begins(lost)
                self._heads.add(self._signed_anew(lost), last.size if last else 0)
            if last := self.head():
                self._tree.check_begins(last)
            self._tree.begin_anew()
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
        with self._lock:  # while the tiles are made anew, there are no marks
            if tile.level == ENTRIES:
                return encode_entries(self._tree.entries(tile))
            if tile.width < WIDTH and not self._tree.is_open:
                self.integrate()
            return self._tree.read(tile)

    def _check(self) -> None:
        """Check, without writing anything, that the events extend what was signed last."""
        check_published(self._tiles, self._heads)
        if last := self.head():
            self._tree.check_extends(last)

    def _publish(self, head: Head, also: Callable[[Tile], bool] = lambda _: False) -> None:
        self._tiles.publish([*self._tree.partial_tiles(also)], self._cosigned(head))

    def _cosigned(self, head: Head) -> bytes:
        return b"".join([head.note, *cosignature_lines(head.note, self._cosignatures)])

    def _was_signed(self, tile: Tile) -> bool:
        """Whether a head was signed for which this is a partial tile."""
        head = self._heads.covering(tile.end)
        return head is not None and tile_of(tile.level, tile.index, head.size) == tile

    def _signed(self, checkpoint: Checkpoint) -> Head:
        text = checkpoint.text()
        lines = tuple(self._keys.sign_head(text))
        return Head(checkpoint.size, checkpoint.root, Note(text, lines).encode())

    def _signed_anew(self, head: Head) -> Head:
        """A published head by the key in force, if that was so then: the file may be rotten."""
        known = self._keys.known()
        if known and head.size <= self._store.index(self._stream, known[-1].version):
            return head
        return self._signed(Checkpoint(self.origin, head.size, head.root))

    def _line(self, key: StreamKey, version: int) -> bytes:
        page = next(self._store.pages(key, version - 1, parts=False))
        return page.lines[version - page.first]
