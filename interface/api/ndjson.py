"""A body of NDJSON as it streams in: its lines, within bounds.

Not here: what a line says; a line that is empty or no JSON is refused by whoever reads it.
"""

from collections.abc import AsyncIterable, AsyncIterator, Iterator
from typing import Final, NamedTuple

from interface.api.errors import TooLarge

MEDIA_TYPE: Final = "application/x-ndjson"


class Bounds(NamedTuple):
    """Bytes of a line and of all lines, and how many lines there may be."""

    line: int
    total: int
    lines: int = 10_000


async def lines_of(chunks: AsyncIterable[bytes], bounds: Bounds) -> AsyncIterator[bytes]:
    """The lines without their ends; the last one need not have an end.

    Raises:
        TooLarge: at the first line, number or byte beyond a bound.
    """
    lines = _Lines(bounds)
    async for chunk in chunks:
        for line in lines.of(chunk):
            yield line
    if lines.held:
        yield lines.ended()


class _Lines:
    """The line that is not at its end yet, in the pieces in which it came."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._pieces: list[bytes] = []
        self._number = self._total = 0
        self.held = 0

    def of(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that end in this chunk."""
        self._total += len(chunk)
        if self._total > self._bounds.total:
            raise TooLarge("the body", f"at most {self._bounds.total} bytes", "more")
        first, *others = chunk.split(b"\n")
        self._hold(first)
        for piece in others:
            yield self.ended()
            self._hold(piece)

    def ended(self) -> bytes:
        """The line that is held, which is at its end."""
        self._number += 1
        if self._number > self._bounds.lines:
            expected = f"at most {self._bounds.lines} lines"
            raise TooLarge(f"line {self._number}", expected, "more", "Send several batches.")
        line = b"".join(self._pieces)
        self._pieces, self.held = [], 0
        return line

    def _hold(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.held += len(piece)
        if self.held > self._bounds.line:
            expected = f"a line of at most {self._bounds.line} bytes"
            remedy = "Put what is large into assets."
            raise TooLarge(f"line {self._number + 1}", expected, "a longer one", remedy)
