"""The ports of the log: where its tiles are kept, and apart from them the heads that were signed.

Not here: any implementation. Each port has one contract suite under ``tests/contracts``.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from application.stamp_ports import Stamps
from domain.transparency.tiles import Tile


class Mark(NamedTuple):
    """Where a full tile of leaves ends in the store: a page, and how many of its lines are in.

    ``root`` is that of the tile: a hash of level 1.
    """

    position: int
    lines: int
    root: bytes


class LogTiles(Protocol):
    """Tiles of hashes. Everything in them follows from the events, and can be made anew."""

    def full(self) -> int:
        """How many full tiles of leaves there are with a mark each; all before them are there."""
        ...

    def marks(self, first: int, last: int) -> Sequence[Mark]:
        """Those of the full tiles of leaves from ``first`` up to ``last``, as far as they are here.

        ``last`` itself is not among them.
        """
        ...

    def add(self, tiles: Sequence[tuple[Tile, bytes]], marks: Sequence[Mark]) -> None:
        """Keep some full tiles and then the marks of those that hold leaves, durably.

        After a crash within it some tiles are there and no mark; adding them again is no error.
        """
        ...

    def publish(self, partial: Sequence[tuple[Tile, bytes]], checkpoint: bytes) -> None:
        """Put partial tiles, and then a checkpoint, in place, durably.

        Partial tiles of earlier checkpoints stay until the full tile is there.
        """
        ...

    def published(self) -> bytes | None:
        """The checkpoint as it is published; None where none is."""
        ...

    def read(self, tile: Tile) -> bytes | None:
        """The bytes of a tile; None where it is not here."""
        ...

    def clear(self) -> None:
        """Forget all tiles and marks."""
        ...


class Head(NamedTuple):
    """A head that was signed: so many leaves, their root, and the signed note."""

    size: int
    root: bytes
    note: bytes


class Heads(Protocol):
    """The heads that were signed, of growing size; kept apart from the events on purpose.

    A database of events that was restored from a backup must not take along what was signed since.
    """

    def last(self) -> Head | None:
        """The one of the greatest size."""
        ...

    def covering(self, size: int) -> Head | None:
        """The first that was signed of those that cover so many leaves."""
        ...

    def add(self, head: Head, after: int) -> None:
        """Keep one durably, if the last one is still that of the size ``after``; 0 for none.

        Raises:
            Conflict: when it is not, or the head is no larger; nothing is kept then.
        """
        ...


class LogFiles(NamedTuple):
    """What a log keeps beside the events: what it publishes, what it signed, and who cosigned."""

    tiles: LogTiles
    heads: Heads
    cosignatures: Stamps
