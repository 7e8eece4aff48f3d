"""What holds for every stream: one origin, gapless versions, order in time, seals, holds.

Not here: what a stream is about (``dataset``, ``run``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.errors import Refused
from domain.evaluation.events import Event
from domain.transparency.merkle import CompactRange, leaf_hash

ANY_BUT_NEW = frozenset({"part.erased", "part.withheld", "hold.placed", "hold.released"})


class RootMismatch(Refused):
    """A stated root or size is not that of the events before it."""


def refused(event: Event, expected: str, found: str, remedy: str = "") -> Refused:
    """Name the place of an event that may not follow."""
    return Refused(place_of(event), expected, found, remedy)


def out_of_turn(event: Event, what: str, types: Iterable[str]) -> Refused:
    """Name the types that may follow in ``what``, a subject in a state, where this one may not."""
    return refused(event, f"what may follow in {what}: {', '.join(sorted(types))}", event.type)


def place_of(event: Event) -> str:
    """Name an event by its stream and version."""
    return f"{event.stream}, version {event.version}"


def check_root(event: Event, stated: tuple[int, str], computed: tuple[int, str]) -> None:
    """Check a size and a root that an event states.

    Raises:
        RootMismatch: when what was computed differs.
    """
    if stated != computed:
        expected, found = (f"size {size}, root {root}" for size, root in (computed, stated))
        raise RootMismatch(place_of(event), expected, found)


@dataclass(slots=True)
class Head:
    """The end of one stream: what is needed to append to it, apart from its subject's state."""

    stream: str
    origin: str = ""
    version: int = 0
    at: str = ""
    holds: int = 0
    sealed: int = 0
    tree: CompactRange = field(default_factory=CompactRange)

    def check(self, event: Event) -> None:
        """Check that the event is the next one of this stream.

        Raises:
            Refused: naming the first rule that it breaks.
        """
        if event.version != self.version + 1 or event.stream != self.stream:
            raise refused(
                event, f"version {self.version + 1} of {self.stream}", f"version {event.version}"
            )
        if self.origin and event.origin != self.origin:
            raise refused(event, f"origin {self.origin}", event.origin)
        if event.at < self.at:
            raise refused(event, f"a time not before {self.at}", event.at)
        if rule := _RULES.get(event.type):
            rule(self, event)

    def take(self, event: Event, line: bytes) -> None:
        """Move on to the event, whose envelope is ``line``."""
        self.origin, self.version, self.at = event.origin, event.version, event.at
        if event.type == "stream.sealed":
            self.sealed = event.version
        elif event.type in _HOLDS:
            self.holds += _HOLDS[event.type]
        self.tree.append(leaf_hash(line))

    def _check_seal(self, event: Event) -> None:
        stated = (event.facts["size"], event.facts["root"])
        check_root(event, stated, (self.tree.size, self.tree.root().hex()))

    def _check_release(self, event: Event) -> None:
        if not self.holds:
            raise refused(event, "a hold to release", "none")

    def _check_erasure(self, event: Event) -> None:
        if self.holds:
            raise refused(event, "no hold", f"{self.holds} in force", "Release the hold first.")
        self._check_target(event)

    def _check_target(self, event: Event) -> None:
        if event.facts["target"] > self.version:
            raise refused(event, "an earlier version as target", str(event.facts["target"]))


_RULES = {
    "stream.sealed": Head._check_seal,
    "hold.released": Head._check_release,
    "part.erased": Head._check_erasure,
    "part.withheld": Head._check_target,
}
_HOLDS = {"hold.placed": 1, "hold.released": -1}
