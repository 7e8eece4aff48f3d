"""The ports of timestamps and witnesses: who gives them, and where they are kept.

Not here: any implementation. Each port has one contract suite under ``tests/contracts``.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from domain.errors import Conflict


class Kept(NamedTuple):
    """A timestamp, or a cosignature's line, that is kept, who gave it, and where, for people."""

    authority: str
    data: bytes
    place: str = ""


class Authority(Protocol):
    """A timestamp authority (RFC 3161)."""

    @property
    def name(self) -> str:
        """By which it is known to who configured it; the same for ever."""
        ...

    def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
        """A timestamp over ``message``, checked: a TimeStampResp in DER.

        Raises:
            Refused: when there is no answer, or not a right one. It may be asked again.
        """
        ...


class Stamps(Protocol):
    """What was given over the log's heads, by the size of the head, in the order of coming."""

    def put(self, size: int, authority: str, timestamp: bytes, *, after: int | None = None) -> None:
        """Keep one more of a head, durably, behind those that are there.

        Raises:
            Conflict: when they are not as many as ``after`` says, if it does; nothing is kept then.
        """
        ...

    def of(self, size: int) -> Sequence[Kept]:
        """Those of a head."""
        ...

    def sizes(self) -> Sequence[int]:
        """The heads that have any, from the smallest."""
        ...

    def recent(self, before: int | None, most: int) -> Sequence[int]:
        """So many of the heads that have any, below a size if one is given; from the greatest."""
        ...

    def last(self, authority: str) -> int:
        """The greatest head that this authority has stamped; 0 for none."""
        ...


BACKUP: Final = (
    "It saw heads that this archive does not know: was a backup put back?"
    " See docs/log.md, section 5."
)
"""What to do next where a witness has seen another history."""


class SeenAnother(Conflict):
    """The witness has seen another size of the log than was thought."""

    def __init__(self, place: str, thought: int, size: int) -> None:
        super().__init__(place, f"a witness that has seen {thought} events", str(size))
        self.size = size


class Witness(Protocol):
    """A witness of logs."""

    @property
    def name(self) -> str:
        """By which it is known to who configured it; the same for ever."""
        ...

    def cosign(self, old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
        """Show a checkpoint that extends the one of ``old`` events; return the cosignature's line.

        Raises:
            SeenAnother: when it has seen another size last.
            LogDiverged: when it has seen another history.
            Refused: when there is no answer, or not a right one. It may be asked again.
        """
        ...
