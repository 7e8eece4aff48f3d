"""A large JSON text in pieces: the values of an object or list, one after the other.

It looks for brackets, separators and strings alone, so that what nobody asks for costs neither
memory nor a parser's time, and is not checked. Not here: what a piece holds (``loose_json``), whose
reader checks it wholly.
"""

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Final, NamedTuple

from domain.errors import InvalidInput, UnreadableFile, shown

# Python before 3.11.5 mistakes possessive groups, `(…)*+`, and none of `(?>(…)*)`: bug 106052
_STRING: Final = rb'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"'
_NESTED: Final = functools.reduce(  # what has few levels is passed over in one step
    lambda inner, _: rb'[^"\[\]{}]*+(?>(?:(?:%b|[\[{]%b[\]}])[^"\[\]{}]*+)*)' % (_STRING, inner),
    range(8),
    b"",
)
_TO_BRACKET: Final = re.compile(_NESTED, re.DOTALL)
_TO_SEPARATOR: Final = re.compile(
    rb'[^"\[\]{},:]*+(?>(?:(?:%b|[\[{]%b[\]}])[^"\[\]{},:]*+)*)' % (_STRING, _NESTED), re.DOTALL
)
_IN_STRING: Final = re.compile(rb'[^"\\]*+(?>(?:\\.[^"\\]*+)*)', re.DOTALL)
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_QUOTE: Final = ord('"')
_SHOWN: Final = 60


class Piece(NamedTuple):
    """Bytes of the ``number``-th part between brackets and separators of the outermost level.

    ``offset`` is their place in the text; ``last`` says that the part ends with them. In an object,
    even parts are names and odd ones values.
    """

    number: int
    offset: int
    data: bytes
    last: bool


class Value(NamedTuple):
    """Bytes of the value of a member of this name, and whether it ends with them."""

    name: str
    offset: int
    data: bytes
    last: bool


def members(
    chunks: Iterable[bytes],
    wanted: Callable[[str], bool],
    limit: int,
    place: str,
    left: MutableMapping[str, int] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Name and text of each member of an object that is wanted, of ``limit`` bytes together.

    ``left`` takes the sizes of the others.

    Raises:
        InvalidInput: when it is no object, has a name twice, or more is wanted than the limit.
    """
    held: list[bytes] = []
    size = 0
    for name, _, data, last in values(chunks, place):
        if wanted(name):
            size += len(data)
            if size > limit:
                raise InvalidInput(f"{place}, {name}", f"at most {limit:,} bytes to read", "more")
            held.append(data)
            if last:
                yield name, b"".join(held)
                held = []
        elif left is not None:
            left[name] = left.get(name, 0) + len(data.strip())


def values(chunks: Iterable[bytes], place: str) -> Iterator[Value]:
    """The values of an object's members in pieces as they come.

    Raises:
        InvalidInput: when it is no object, or has a name twice.
    """
    token, seen, name = bytearray(), set[str](), ""
    for number, offset, data, last in pieces(chunks, b"{", place):
        if number % 2 == 0:
            token += data
            continue
        if token:
            name = _name(bytes(token), seen, place)
            token.clear()
        yield Value(name, offset, data, last)
    if token.strip():
        raise InvalidInput(place, "a value for each name", shown(bytes(token[:_SHOWN])))


def extents(chunks: Iterable[bytes], place: str) -> Iterator[tuple[int, int]]:
    """Where each element of a list begins and ends.

    Raises:
        InvalidInput: when it is no list.
    """
    start, blank = 0, True
    for number, offset, data, last in pieces(chunks, b"[", place):
        if blank and data.strip():
            start, blank = offset, False
        if last and not blank:
            yield start, offset + len(data)
            blank = True
        elif last and number:
            raise InvalidInput(place, "elements between commas", f"none at byte {offset}")


def pieces(chunks: Iterable[bytes], bracket: bytes, place: str) -> Iterator[Piece]:
    """What stands between the separators of the outermost level, in pieces as they come.

    Raises:
        UnreadableFile: when the text ends early.
        InvalidInput: when it does not begin with the bracket, or goes on behind the other one.
    """
    scan, offset, number = _Scan(), 0, 0
    for chunk in chunks:
        start = 0 if scan.depth or scan.closed else scan.begin(chunk, bracket, place)
        for at in scan.separators(chunk, start):
            if chunk[at] not in _ends(bracket, number):
                raise InvalidInput(place, "JSON", f"{chr(chunk[at])} at byte {offset + at}")
            yield Piece(number, offset + start, chunk[start:at], last=True)
            number, start = number + 1, at + 1
        if scan.depth and start < len(chunk):
            yield Piece(number, offset + start, chunk[start:], last=False)
        elif scan.closed and (rest := chunk[start:].strip()):
            raise InvalidInput(place, "nothing behind the last bracket", shown(rest[:_SHOWN]))
        offset += len(chunk)
    if not scan.closed:
        remedy = "It was cut short, or is still being written: archive it when it is whole."
        raise UnreadableFile(place, "JSON up to its last bracket", f"an end at {offset}", remedy)


def _ends(bracket: bytes, number: int) -> bytes:
    """What may stand behind a part."""
    if bracket == b"[":
        return b",]"
    return b",}" if number % 2 else b":" if number else b":}"


class _Scan:
    """How deep a text is at some place, and whether within a string there."""

    def __init__(self) -> None:
        self.depth, self.closed = 0, False
        self._string = self._escaped = False

    def begin(self, chunk: bytes, bracket: bytes, place: str) -> int:
        """The place behind the first bracket."""
        blank = len(chunk) - len(chunk.lstrip())
        if blank == len(chunk):
            return blank
        if chunk[blank : blank + 1] != bracket:
            found = shown(chunk[blank : blank + _SHOWN])
            raise InvalidInput(place, f"JSON that begins with {bracket.decode()}", found)
        self.depth = 1
        return blank + 1

    def separators(self, chunk: bytes, at: int) -> Iterator[int]:
        """Places of commas and colons of the outermost level, and of the bracket at its end."""
        size = len(chunk)
        while at < size and not self.closed:
            if self._string:
                at = self._in_string(chunk, at)
                continue
            found = (_TO_SEPARATOR if self.depth == 1 else _TO_BRACKET).match(chunk, at)
            at = found.end() if found else at
            if at < size:
                step = _STEP.get(chunk[at], 0)
                self._string = chunk[at] == _QUOTE
                self.depth += step
                self.closed = not self.depth
                if self.closed or (self.depth == 1 and not step and not self._string):
                    yield at
                at += 1

    def _in_string(self, chunk: bytes, at: int) -> int:
        """Go on within a string that began in a chunk before, or does not end in this one."""
        if self._escaped:
            self._escaped = False
            return at + 1
        found = _IN_STRING.match(chunk, at)
        end = found.end() if found else at
        if end < len(chunk):  # a quote ends it; else a backslash ends the chunk
            self._escaped = self._string = chunk[end] != _QUOTE
        return end + 1


def _name(data: bytes, seen: set[str], place: str) -> str:
    name = _text(data)
    if name is None:
        raise InvalidInput(place, "a name in quotes", shown(data[:_SHOWN]))
    if name in seen:
        raise InvalidInput(place, "unique keys", f"the key {name[:80]!a} twice in one object")
    seen.add(name)
    return name


@functools.lru_cache(maxsize=1000)  # few names stand again and again
def _text(data: bytes) -> str | None:
    try:
        value: object = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, str) else None
