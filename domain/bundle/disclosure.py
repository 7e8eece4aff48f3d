"""Which parts are disclosed, withheld or erased: each exactly one of these (format, section 8).

Not here: whether a disclosed part is there and matches (``domain.verification``).
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from domain.errors import InvalidInput
from domain.evaluation.events import Event, read_event


class Status(StrEnum):
    """What became of a part."""

    DISCLOSED = "disclosed"
    WITHHELD = "withheld"
    ERASED = "erased"


class Disclosure:
    """The kinds that are withheld, and (stream, version, kind) of each part that is erased."""

    def __init__(
        self, withheld: frozenset[str], erased: frozenset[tuple[str, int, str]] = frozenset()
    ) -> None:
        self.withheld, self.erased = withheld, erased
        self._withheld = dict.fromkeys(withheld, Status.WITHHELD)
        self._erased: dict[tuple[str, int], dict[str, Status]] = {}
        for stream, version, kind in erased:
            kinds = self._erased.setdefault((stream, version), dict(self._withheld))
            kinds[kind] = Status.ERASED

    def undisclosed(self, stream: str, version: int) -> Mapping[str, Status]:
        """The kinds of which an event's parts are not disclosed, and why."""
        if self._erased:
            return self._erased.get((stream, version), self._withheld)
        return self._withheld

    def of(self, event: Event) -> Iterator[tuple[str, str, Status]]:
        """Yield (kind, digest, status) for each part of an event, by kind."""
        undisclosed = self.undisclosed(event.stream, event.version)
        for kind, digest in sorted(event.parts.items()):
            yield kind, digest, undisclosed.get(kind, Status.DISCLOSED)


def erasures(lines: Iterable[bytes]) -> Iterator[tuple[str, int, str]]:
    """Yield (stream, version, kind) of each part that these envelopes erase.

    A line that is no event erases nothing: whoever goes on to read it finds out what it is.
    """
    for line in lines:
        if line.find(_ERASES, -_TAIL) >= 0:
            yield from _erased_by(line)


_ERASES: Final = b'"type":"part.erased","version":'
_TAIL: Final = len(_ERASES) + len("9007199254740991}")


def _erased_by(line: bytes) -> Iterator[tuple[str, int, str]]:
    try:
        event = read_event(line, "events.jsonl")
    except InvalidInput:
        return
    if event.type == "part.erased":
        yield event.stream, event.facts["target"], event.facts["kind"]
