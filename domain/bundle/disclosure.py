"""Which parts are disclosed, withheld or erased: each exactly one of these (format, section 8).

Not here: whether a disclosed part is there and matches (``domain.verification``).
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from domain.evaluation.events import Event, read_event


class Status(StrEnum):
    """What became of a part."""

    DISCLOSED = "disclosed"
    WITHHELD = "withheld"
    ERASED = "erased"


class Disclosure(NamedTuple):
    """The kinds that are withheld, and (stream, version, kind) of each part that is erased."""

    withheld: frozenset[str]
    erased: frozenset[tuple[str, int, str]]

    def of(self, event: Event) -> Iterator[tuple[str, str, Status]]:
        """Yield (kind, digest, status) for each part of an event, by kind."""
        for kind in sorted(event.parts):
            yield kind, event.parts[kind], self.status(event.stream, event.version, kind)

    def status(self, stream: str, version: int, kind: str) -> Status:
        """What became of one part."""
        if self.erased and (stream, version, kind) in self.erased:
            return Status.ERASED
        return Status.WITHHELD if kind in self.withheld else Status.DISCLOSED


def erasures(lines: Iterable[bytes]) -> Iterator[tuple[str, int, str]]:
    """Yield (stream, version, kind) of each part that these envelopes erase."""
    for line in lines:
        if b'"type":"part.erased"' in line:
            event = read_event(line, "events.jsonl")
            if event.type == "part.erased":
                yield event.stream, event.facts["target"], event.facts["kind"]
