"""The two members that everything else follows from, in spools: a stored run as a bundle has it.

Not here: how they are filled (``unroll``).
"""

from collections.abc import Iterator, Sequence

from application.bundle_ports import Spool
from domain.bundle.layout import EVENTS, PARTS
from domain.errors import NotFound


class SpooledMembers:
    """``domain.bundle.members.Members`` over two spools."""

    def __init__(self, events: Spool, parts: Spool) -> None:
        self._spools = {EVENTS: events, PARTS: parts}

    def names(self) -> Sequence[str]:
        """Both names, in the order of a bundle."""
        return [*self._spools]

    def size(self, name: str) -> int:
        """The number of a member's bytes."""
        return sum(map(len, self.chunks(name)))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's bytes, in chunks of at most 1 MiB."""
        return self._spool(name).chunks()

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``."""
        return self._spool(name).read_at(offset, size)

    def _spool(self, name: str) -> Spool:
        if name not in self._spools:
            raise NotFound(name, f"{EVENTS} or {PARTS}", "another member")
        return self._spools[name]
