"""Lines of text of a stated greatest length, numbered as editors do. Not here: what they mean."""

from collections.abc import Iterable, Iterator
from typing import Final

from domain.errors import InvalidInput

MAX_LINE_BYTES: Final = 8 * 2**20


def lines_of(chunks: Iterable[bytes], place: str) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line) of each line that is not blank; the last one may have no end.

    Raises:
        InvalidInput: for a line of more than 8 MiB.
    """
    rest, number = b"", 0
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            number += 1
            yield from _numbered(number, line, place)
        if len(rest) > MAX_LINE_BYTES:
            raise _too_long(number + 1, place)
    yield from _numbered(number + 1, rest, place)


def spans_of(chunks: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield (number, start, end) of each line that is not blank, however long, as places in bytes.

    The end is that of its text.
    """
    number, start, offset, blank = 1, 0, 0, True
    for chunk in chunks:
        at = 0
        while (end := chunk.find(b"\n", at)) >= 0:
            if chunk[at:end].strip() or not blank:
                yield number, start, offset + end
            number, at, blank = number + 1, end + 1, True
            start = offset + at
        blank = blank and not chunk[at:].strip()
        offset += len(chunk)
    if not blank:
        yield number, start, offset


def _numbered(number: int, line: bytes, place: str) -> Iterator[tuple[int, bytes]]:
    if len(line) > MAX_LINE_BYTES:
        raise _too_long(number, place)
    if line.strip():
        yield number, line


def _too_long(number: int, place: str) -> InvalidInput:
    remedy = "Put what is large into a file of its own below assets/."
    expected = f"at most {MAX_LINE_BYTES} bytes"
    return InvalidInput(f"{place}, line {number}", expected, "a longer line", remedy)
