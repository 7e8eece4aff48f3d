"""Pages: recorded events in groups of a size that the store likes. Not here: the store."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from application.ports import Page

MAX_EVENTS: Final = 500
MAX_BYTES: Final = 256 * 1024
MAX_PART_BYTES: Final = 4 * 1024 * 1024


class Recorded(NamedTuple):
    """One event as it is stored: its version, its line, and the lines of its parts by kind."""

    version: int
    line: bytes
    parts: Sequence[bytes]


def paged(events: Iterable[Recorded], withheld: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Group events in order into pages, each within the bounds above or else a single event."""
    lines: list[bytes] = []
    parts: list[bytes] = []
    first = size = part_size = 0
    for event in events:
        more, more_parts = len(event.line) + 1, sum(map(len, event.parts))
        full = size + more > MAX_BYTES or part_size + more_parts > MAX_PART_BYTES
        if lines and (full or len(lines) == MAX_EVENTS):
            yield Page(first, lines, parts, withheld)
            lines, parts, size, part_size = [], [], 0, 0
        first = first if lines else event.version
        lines.append(event.line)
        parts.extend(event.parts)
        size, part_size = size + more, part_size + more_parts
    if lines:
        yield Page(first, lines, parts, withheld)
