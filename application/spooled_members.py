"""The two members that everything else follows from, in spools: a stored run as a bundle has it.

With them go the assets that disclosed parts list. Not here: how they are filled (``unroll``).
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from application.bundle_ports import Spool
from application.ports import Assets
from domain.bundle.layout import ASSETS, EVENTS, PARTS, asset_member
from domain.errors import NotFound


class SpooledMembers:
    """``domain.bundle.members.Members`` over two spools, and some of the ``assets``."""

    def __init__(
        self,
        events: Spool,
        parts: Spool,
        assets: Assets | None = None,
        disclosed: AbstractSet[str] = frozenset(),
    ) -> None:
        self._spools = {EVENTS: events, PARTS: parts}
        self._assets, self._disclosed = assets, disclosed if assets else frozenset[str]()

    def names(self) -> Sequence[str]:
        """All names, in the order of a bundle."""
        return [*self._spools, *map(asset_member, sorted(self._disclosed))]

    def size(self, name: str) -> int:
        """The number of a member's bytes."""
        if asset := self._asset(name):
            return asset.size(name.removeprefix(ASSETS))
        return sum(map(len, self.chunks(name)))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's bytes, in chunks of at most 1 MiB."""
        if asset := self._asset(name):
            return asset.chunks(name.removeprefix(ASSETS))
        return self._spool(name).chunks()

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``."""
        return self._spool(name).read_at(offset, size)

    def _asset(self, name: str) -> Assets | None:
        is_one = name.startswith(ASSETS) and name.removeprefix(ASSETS) in self._disclosed
        return self._assets if is_one else None

    def _spool(self, name: str) -> Spool:
        if name not in self._spools:
            raise NotFound(name, f"{EVENTS} or {PARTS}", "another member")
        return self._spools[name]
