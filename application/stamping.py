"""Timestamps of the log's heads: each authority stamps every head, in order, one after the other.

Nothing waits for it: heads are signed and events appended meanwhile. Not here: threads
(``stamping_thread``), HTTP, and what a timestamp proves (``domain.verification.timestamps``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from application.log_ports import Head, Heads
from application.stamp_ports import Authority, Stamps
from domain.bundle.layout import TIMESTAMPS
from domain.errors import Conflict, NotFound, Refused
from domain.transparency.checkpoint import parse_signed
from domain.transparency.tlog_proof import TlogProof
from domain.verification.timestamps import messages, stamped_part


class Stamped(NamedTuple):
    """That an authority has stamped a head, by its size."""

    authority: str
    size: int


class Unrenewed(NamedTuple):
    """Heads to be renewed by authorities, in order; and those that have no room for all of them."""

    pairs: Sequence[tuple[int, Authority]]
    full: Sequence[int]


class Stamper:
    """Has heads stamped; usable by any number of threads, one for each authority."""

    def __init__(self, heads: Heads, stamps: Stamps) -> None:
        self._heads, self._stamps = heads, stamps

    def pending(self, authority: Authority) -> Head | None:
        """The first head that this authority has not stamped.

        A new authority begins with the first: what was sealed before it came gets its time too.
        """
        return self._heads.covering(self._stamps.last(authority.name) + 1)

    def stamp_next(self, authority: Authority) -> Stamped | None:
        """Have the next head stamped, and keep the timestamp; None when none is left.

        Raises:
            Refused: when the authority gives none; ask again later.
        """
        head = self.pending(authority)
        if head is None:
            return None
        timestamp = authority.stamp(stamped_part(head.note))
        self._stamps.put(head.size, authority.name, timestamp)
        return Stamped(authority.name, head.size)

    def renew_all(self, authorities: Sequence[Authority]) -> Iterator[Stamped]:
        """Renew every head that has timestamps, by each authority.

        Raises:
            Refused: when an authority gives none; or at the end, naming the heads that are full.
        """
        pairs, full = self.unrenewed(authorities)
        for size, authority in pairs:
            yield self.renew(size, authority)
        if full:
            raise self.full(full)

    def unrenewed(self, authorities: Sequence[Authority]) -> Unrenewed:
        """What there is to renew, heads with the fewest timestamps first.

        So who is cut short, by a failure or at will, goes on with the others the next time.
        """
        counts = {size: len(self._stamps.of(size)) for size in self._stamps.sizes()}
        room = {size: max(0, len(TIMESTAMPS) - kept) for size, kept in counts.items()}
        pairs = [
            (size, authority)
            for size in sorted(counts, key=lambda size: counts[size])
            for authority in authorities[: room[size]]
        ]
        return Unrenewed(pairs, [size for size in counts if room[size] < len(authorities)])

    def full(self, sizes: Sequence[int]) -> Refused:
        """Why heads were not renewed by all authorities, told when all others were."""
        heads = ", ".join(map(str, sorted(sizes)))
        remedy = "A bundle carries no more. All other heads were renewed."
        expected = f"fewer than {len(TIMESTAMPS)} timestamps"
        return Refused(f"head {heads}", expected, "as many", remedy)

    def renew(self, size: int, authority: Authority) -> Stamped:
        """Have a head and all of its timestamps stamped, by a stronger hash.

        Who trusts the new one learns that the old ones were there, while they still could not be
        forged.

        Raises:
            Refused: when the authority gives none, or a bundle could not carry it.
        """
        while True:
            message, after = self._renewed(size)
            timestamp = authority.stamp(message, sha512=True)
            with suppress(Conflict):  # one came meanwhile, which the renewal must cover as well
                self._stamps.put(size, authority.name, timestamp, after=after)
                return Stamped(authority.name, size)

    def _renewed(self, size: int) -> tuple[bytes, int]:
        """What a renewal is over: the head with all of its timestamps; and how many these are."""
        head = self._heads.covering(size)
        earlier = [kept.data for kept in self._stamps.of(size)]
        if head is None or head.size != size or not earlier:
            raise NotFound(f"head {size}", "a head with a timestamp", "none")
        if len(earlier) >= len(TIMESTAMPS):
            raise Refused(f"head {size}", f"fewer than {len(TIMESTAMPS)} timestamps", "as many")
        return messages(stamped_part(head.note), earlier)[-1], len(earlier)


def stamps_members(proof: bytes, stamps: Stamps) -> Mapping[str, bytes]:
    """The members that carry the timestamps of a proof's checkpoint, as many as a bundle takes."""
    checkpoint = parse_signed(TlogProof.parse(proof).checkpoint).checkpoint
    kept = (each.data for each in stamps.of(checkpoint.size))
    return dict(zip(TIMESTAMPS, kept, strict=False))
