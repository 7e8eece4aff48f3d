"""Lines of a member, in bounded memory: walked in order with their offsets, or read again.

Not here: what a line means.
"""

from collections.abc import Callable, Iterable, Iterator

from domain.errors import InvalidInput

WINDOW = 256 * 1024


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
    """Reads lines again at offsets that :func:`split` gave; cheap where offsets grow."""

    def __init__(self, read_at: Callable[[int, int], bytes]) -> None:
        self._read_at = read_at
        self._start = 0
        self._window = b""

    def line(self, offset: int) -> bytes:
        """The line, without LF, that begins at ``offset``."""
        return self.lines(offset, 1)[0]

    def lines(self, offset: int, count: int) -> list[bytes]:
        """So many lines, without LF, of which the first begins at ``offset``."""
        found: list[bytes] = []
        window, begin = self._window, offset - self._start
        for _ in range(count):
            end = window.find(b"\n", begin) if 0 <= begin < len(window) else -1
            if end < 0:
                self._fill(self._start + begin)
                window, begin = self._window, 0
                end = window.index(b"\n")
            found.append(window[begin:end])
            begin = end + 1
        return found

    def _fill(self, offset: int) -> None:
        size = WINDOW
        while True:
            self._window, self._start = self._read_at(offset, size), offset
            if b"\n" in self._window or len(self._window) < size:
                return
            size *= 4
