"""Which parts are disclosed, withheld or erased: each exactly one of these (format, section 8).

Not here: whether a disclosed part is there and matches (``domain.verification``).
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from domain.errors import InvalidInput
from domain.evaluation.events import Event, read_event


class Status(StrEnum):
    """What became of a part."""

    DISCLOSED = "disclosed"
    WITHHELD = "withheld"
    PART_WITHHELD = "withheld by an event"
    ERASED = "erased"

    @property
    def marker(self) -> str:
        """What stands for the value of such a part in a view."""
        return _MARKERS.get(self, self.value)


_MARKERS: Final[Mapping[str, str]] = {Status.PART_WITHHELD: Status.WITHHELD.value}


class Mark(NamedTuple):
    """What an event says of one part: that it is erased, or withheld from every bundle."""

    stream: str
    version: int
    kind: str
    status: Status


class Disclosure:
    """The kinds that a bundle withholds, and the parts that its events withhold or erase."""

    def __init__(self, withheld: frozenset[str], marks: Iterable[Mark] = ()) -> None:
        self.withheld, self.marks = withheld, frozenset(marks)
        self._withheld = dict.fromkeys(withheld, Status.WITHHELD)
        self._marked: dict[tuple[str, int], dict[str, Status]] = {}
        for stream, version, kind, status in self.marks:
            kinds = self._marked.setdefault((stream, version), dict(self._withheld))
            kinds[kind] = max(kinds.get(kind, status), status, key=_RANKS.index)

    @property
    def withholds_parts(self) -> bool:
        """Whether an event withholds a part."""
        return any(mark.status is Status.PART_WITHHELD for mark in self.marks)

    def undisclosed(self, stream: str, version: int) -> Mapping[str, Status]:
        """The kinds of which an event's parts are not disclosed, and why."""
        if self._marked:
            return self._marked.get((stream, version), self._withheld)
        return self._withheld

    def of(self, event: Event) -> Iterator[tuple[str, str, Status]]:
        """Yield (kind, digest, status) for each part of an event, by kind."""
        undisclosed = self.undisclosed(event.stream, event.version)
        for kind, digest in sorted(event.parts.items()):
            yield kind, digest, undisclosed.get(kind, Status.DISCLOSED)


_RANKS: Final = (Status.PART_WITHHELD, Status.WITHHELD, Status.ERASED)
"""Of a part that is left out for several reasons, the last of these holds."""


def marks(lines: Iterable[bytes]) -> Iterator[Mark]:
    """Yield what these envelopes say of parts.

    A line that is no event marks nothing: whoever goes on to read it finds out what it is.
    """
    for line in lines:
        if line.find(_BEGINS, -_TAIL) >= 0:
            yield from _mark(line)


def erasures(lines: Iterable[bytes]) -> Iterator[tuple[str, int, str]]:
    """Yield (stream, version, kind) of each part that these envelopes erase."""
    return (mark[:3] for mark in marks(lines) if mark.status is Status.ERASED)


MARKING: Final = {"part.erased": Status.ERASED, "part.withheld": Status.PART_WITHHELD}
_BEGINS: Final = b'"type":"part.'
_TAIL: Final = len('"type":"part.withheld","version":9007199254740991}')


def _mark(line: bytes) -> Iterator[Mark]:
    try:
        event = read_event(line, "events.jsonl")
    except InvalidInput:
        return
    if status := MARKING.get(event.type):
        yield Mark(event.stream, event.facts["target"], event.facts["kind"], status)
