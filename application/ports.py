"""The ports: what the services need of the outside, and the values that pass through.

Not here: any implementation. Each port has one contract suite under ``tests/contracts``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class StreamKey(NamedTuple):
    """A stream is known by the archive that recorded it and its name there."""

    origin: str
    stream: str


class Page(NamedTuple):
    """Events that were appended together, and the parts that the archive holds for them.

    ``lines`` are the envelopes, ``parts`` the part lines by event and kind, each without LF. Parts
    of a kind in ``withheld`` (a mirror that came without them) and erased parts are not among them.
    """

    first: int
    lines: Sequence[bytes]
    parts: Sequence[bytes]
    withheld: frozenset[str] = frozenset()


class Change(NamedTuple):
    """A page in the order of the whole store; positions grow, with gaps."""

    position: int
    key: StreamKey
    page: Page


class Lines(NamedTuple):
    """The envelopes of a page in the order of the whole store, without their parts."""

    position: int
    lines: Sequence[bytes]


class ItemKey(NamedTuple):
    """An item's outside id (None where it is not known), its index, the version that added it."""

    outside: str | None
    item: int
    version: int


class PartKey(NamedTuple):
    """One part of one event of a stream."""

    version: int
    kind: str


@dataclass(slots=True)
class Append:
    """What is written to one stream, wholly or not at all.

    ``after`` is the stream's version before it; ``state`` what :meth:`EventStore.state` will give
    from then on; ``chunks`` the packed results that changed, by (epoch, chunk number); ``ids``
    callers' event ids with versions; ``assets`` the names of assets with the part that lists each;
    ``erases`` parts of earlier pages that are deleted with it. ``pages`` are taken one by one
    within the transaction, then ``ids``, ``items`` and ``assets``; all else is looked at after
    them. So an append of any size needs little memory.
    """

    key: StreamKey
    after: int
    pages: Iterable[Page]
    state: bytes
    chunks: Mapping[tuple[int, int], bytes] = field(default_factory=dict[tuple[int, int], bytes])
    ids: Iterable[tuple[str, int]] = ()
    items: Iterable[ItemKey] = ()
    assets: Iterable[tuple[str, PartKey]] = ()
    erases: Sequence[PartKey] = ()


class EventStore(Protocol):
    """Append-only streams of events with their parts, durable when :meth:`commit` returns.

    Every method that names a stream answers for a stream that does not exist as for an empty one.
    """

    def commit(self, appends: Sequence[Append]) -> None:
        """Write all of these in one transaction.

        Raises:
            Conflict: when a stream is no longer at ``after``, or an event id is known; nothing is
            written.
        """
        ...

    def whole(self) -> AbstractContextManager[None]:
        """Make one transaction of all that this thread commits within, durable when it ends well.

        Until then this thread alone sees it, and others wait to commit. What raises leaves nothing.
        """
        ...

    def version(self, key: StreamKey) -> int:
        """The version of the stream's last event; 0 for none."""
        ...

    def state(self, key: StreamKey) -> bytes | None:
        """The state that was written with the last append."""
        ...

    def chunk(self, key: StreamKey, epoch: int, number: int) -> bytes | None:
        """One chunk of packed results."""
        ...

    def pages(self, key: StreamKey, after: int = 0, *, parts: bool = True) -> Iterator[Page]:
        """The pages that hold versions beyond ``after``, in order; the first may begin before.

        Who looks at the envelopes alone asks for pages without ``parts``.
        """
        ...

    def changes(self, after: int = 0) -> Iterator[Change]:
        """All pages of all streams beyond a position, in the order of the store."""
        ...

    def lines(self, origin: str, after: int = 0) -> Iterator[Lines]:
        """The pages of one origin's streams beyond a position, in the order of the store."""
        ...

    def index(self, key: StreamKey, version: int) -> int:
        """How many events of the same origin stand before this one in the order of the store.

        Raises:
            NotFound: when the stream has no such event.
        """
        ...

    def indexes(self, key: StreamKey, versions: Sequence[int]) -> Sequence[int]:
        """The same of events in ascending order, for less than one by one.

        Raises:
            NotFound: when the stream has not all of them.
        """
        ...

    def position(self) -> int:
        """The position of the last page of the store; 0 for none."""
        ...

    def moved(self, after: int, limit: int) -> Sequence[tuple[int, StreamKey]]:
        """Positions beyond ``after`` and the streams of their pages; ``limit`` at most."""
        ...

    def streams(self) -> Sequence[StreamKey]:
        """All streams, in the order of their first events."""
        ...

    def known_ids(self, ids: Sequence[str]) -> Mapping[str, tuple[StreamKey, int]]:
        """Where those of these event ids stand that callers have given before."""
        ...

    def items_by_outside(self, key: StreamKey, outside: Sequence[str]) -> Mapping[str, ItemKey]:
        """Those of these items that the dataset has."""
        ...

    def item_versions(self, key: StreamKey, items: Sequence[int]) -> Mapping[int, int]:
        """The version of the event that added each of these items."""
        ...

    def asset_holders(self, key: StreamKey, name: str) -> Sequence[PartKey]:
        """The parts of a stream that list an asset and are not erased."""
        ...

    def asset_is_held(self, name: str) -> bool:
        """Whether any part of any stream lists this asset and is not erased."""
        ...

    def disclose(
        self,
        key: StreamKey,
        pages: Iterable[Page],
        items: Iterable[ItemKey] = (),
        assets: Iterable[tuple[str, PartKey]] = (),
    ) -> None:
        """Replace the parts of pages of a mirror by fuller ones, in one transaction; lines stay.

        ``items`` and ``assets`` are what the fuller parts tell. What was erased here stays erased.

        Raises:
            Conflict: when a page is not here with these lines; nothing is written.
        """
        ...

    def count_trial(self, model: str, config: str, run: str) -> tuple[int, int]:
        """Number a run among those of the same ``model``, and count those of the same ``config``.

        Asked again for the same run, it answers the same. The number is used up even if the run is
        not recorded; but not if the whole is undone in which it was asked for.
        """
        ...

    def close(self) -> None:
        """Release files and locks."""
        ...


class Assets(Protocol):
    """Binaries by their SHA-256; a name is ``<sha256>.<ext>``."""

    def put(self, chunks: Iterable[bytes], ext: str) -> str:
        """Keep these bytes durably and return their name; the same bytes are kept once."""
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes, in chunks of at most 1 MiB.

        Raises:
            NotFound: when they are not here.
        """
        ...

    def size(self, name: str) -> int:
        """Their number.

        Raises:
            NotFound: when they are not here.
        """
        ...

    def holds(self, name: str) -> bool:
        """Whether they are here."""
        ...

    def delete(self, name: str) -> None:
        """Forget them; it is no error when they are not here."""
        ...

    def doom(self, names: Sequence[str]) -> None:
        """Note durably which ones will be deleted next, in the place of those noted before."""
        ...

    def doomed(self) -> Sequence[str]:
        """Those that were noted last; after a crash, some may still be here."""
        ...


class Signer(Protocol):
    """The archive's own key."""

    @property
    def origin(self) -> str:
        """The archive's identity."""
        ...

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        ...


class Clock(Protocol):
    """Time and chance: the only places where a recording is not a function of its input."""

    def now(self) -> str:
        """UTC in 27 characters."""
        ...

    def event_id(self) -> str:
        """A new UUIDv7 (RFC 9562, section 5.7)."""
        ...

    def salts(self, count: int) -> Sequence[str]:
        """So many salts: 128 random bits each, in hex."""
        ...


Progress = Callable[[int], None]
