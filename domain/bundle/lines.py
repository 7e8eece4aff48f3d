"""Lines of a member, in bounded memory: walked in order with their offsets, or read again.

Not here: what a line means.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from domain.bundle import layout
from domain.bundle.members import Members
from domain.errors import InvalidInput
from domain.evaluation.events import MAX_ENVELOPE_BYTES

WINDOW = 64 * 1024
"""Bytes that are read at once, like the blocks that readers of containers keep."""


_LIMITS: Final = {
    layout.EVENTS: MAX_ENVELOPE_BYTES,
    layout.PARTS: layout.MAX_PART_BYTES,
    layout.INCLUSION: MAX_ENVELOPE_BYTES,
}


def lines_in(members: Members, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, line without LF) of a member that is of lines, but for views.

    Raises:
        InvalidInput: as :func:`split`, by the limit of the member.
    """
    return split(members.chunks(name), _LIMITS[name], name)


def split(chunks: Iterable[bytes], limit: int, place: str) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, line without LF).

    Raises:
        InvalidInput: for a line beyond ``limit`` bytes, or a last line without its LF.
    """
    rest: list[bytes] = []  # of one line, joined once: a long one comes in many chunks
    offset = held = 0
    for chunk in chunks:
        head, *lines = chunk.split(b"\n")
        rest.append(head)
        held += len(head)
        if held > limit:
            raise _too_long(place, offset, limit)
        if not lines:
            continue
        *whole, last = b"".join(rest), *lines
        for line in whole:
            if len(line) > limit:
                raise _too_long(place, offset, limit)
            yield offset, line
            offset += len(line) + 1
        rest, held = [last], len(last)
    if held > limit:
        raise _too_long(place, offset, limit)
    if held:
        raise InvalidInput(f"{place}, byte {offset}", "a line ended by LF", "the end of the member")


def _too_long(place: str, offset: int, limit: int) -> InvalidInput:
    return InvalidInput(
        f"{place}, byte {offset}", f"a line of at most {limit} bytes", "a longer one"
    )


class LineReader:
    """Reads lines again at offsets that :func:`split` gave; cheap where offsets grow.

    A window begins at a multiple of its size, so that whoever keeps blocks of that size gives out
    one of them as it is.
    """

    def __init__(self, read_at: Callable[[int, int], bytes]) -> None:
        self._read_at = read_at
        self._start = 0
        self._window = b""

    def line(self, offset: int) -> bytes:
        """The line, without LF, that begins at ``offset``."""
        begin = offset - self._start
        end = self._window.find(b"\n", begin) if begin >= 0 else -1
        return self._window[begin:end] if end >= 0 else self._far_line(offset)

    def lines(self, offset: int, count: int) -> list[bytes]:
        """So many lines, without LF, of which the first begins at ``offset``."""
        found: list[bytes] = []
        while len(found) < count:
            begin = offset - self._start
            end = self._window.find(b"\n", begin) if begin >= 0 else -1
            line = self._window[begin:end] if end >= 0 else self._far_line(offset)
            found.append(line)
            offset += len(line) + 1
        return found

    def _far_line(self, offset: int) -> bytes:
        """A line that does not end in the window at hand."""
        self._start = offset - offset % WINDOW
        self._window = self._read_at(self._start, WINDOW)
        pieces, size = [self._window[offset - self._start :]], WINDOW
        while (end := pieces[-1].find(b"\n")) < 0:
            pieces.append(self._read_at(self._start + size, size))
            size *= 2
            if not pieces[-1]:
                raise ValueError(f"no line ends behind {offset}")
        pieces[-1] = pieces[-1][:end]
        return b"".join(pieces)
