"""The central directory: the members of a container, by place and by name.

Not here: the members' data. Names and entries are read from the file when they are asked for; what
is kept for each member is where its entry begins (8 bytes).
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, overload

from domain.bundle.layout import MAX_MEMBERS, check_names, position
from domain.bundle.members import ContainerRejected
from domain.errors import shown
from infrastructure.bundle_zip.headers import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    LOCAL,
    End,
    Entry,
    Header,
    Method,
    central,
    central_size,
    difference,
    local,
    local_size,
    name_of,
    parse_central,
)
from infrastructure.bundle_zip.source import Cache, Source

_INFLATES_AT_MOST: Final = 1032
"""A deflated byte is at most four matches of 258 bytes (RFC 1951, 3.2.5)."""


class Directory(Sequence[str]):
    """The names of a container, in its order, each with its entry.

    Raises:
        ContainerRejected: when anything in a header is not as we would write it, a name is not on
            the closed list, or the members' data are not gapless from 0 up to the directory.
    """

    def __init__(self, source: Source, stated: End) -> None:
        self._source, self._stated = source, stated
        self._cache = Cache(source.read_at)
        self._starts = array("Q", self._walk())
        self._next = 0
        check_names(self)
        self._check()

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return name_of(self._record(self._starts[index]))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.find(name) is not None

    def find(self, name: str) -> Entry | None:
        """The entry of a member, found by the order of names; at once where it is the next."""
        if not self._is(self._next, name):
            key = position(name) or ()
            self._next = bisect_left(self, key, key=lambda other: position(other) or ())
            if not self._is(self._next, name):
                return None
        self._next += 1
        return parse_central(self._record(self._starts[self._next - 1]))

    def _is(self, index: int, name: str) -> bool:
        return index < len(self) and self[index] == name

    def _read(self, start: int, size: int) -> bytes:
        return self._cache.read(self._stated.offset, self._stated.size, start, size)

    def _record(self, start: int) -> bytes:
        fixed = self._read(start, CENTRAL.form.size)
        return self._read(start, central_size(fixed))

    def _walk(self) -> Iterator[int]:
        start = 0
        if self._stated.members > MAX_MEMBERS:
            raise ContainerRejected("end record", f"at most {MAX_MEMBERS} members", "more")
        for number in range(self._stated.members):
            fixed = self._read(start, CENTRAL.form.size)
            whole = len(fixed) == CENTRAL.form.size and fixed.startswith(CENTRAL_SIGNATURE)
            if not whole or start + central_size(fixed) > self._stated.size:
                raise ContainerRejected(
                    f"member {number + 1}", "a central header", shown(fixed[:4])
                )
            yield start
            start += central_size(fixed)
        if start != self._stated.size:
            expected = f"{self._stated.size} bytes of {self._stated.members} members"
            raise ContainerRejected("central directory", expected, f"{start} bytes")

    def _check(self) -> None:
        at = 0
        method = None
        for start in self._starts:
            record = self._record(start)
            entry = parse_central(record)
            _check_central(entry, record, method)
            self._check_data(entry, at)
            at += local_size(entry.name) + entry.packed
            method = entry.method
        if at != self._stated.offset:
            gap = f"{self._stated.offset - at} bytes before it"
            raise ContainerRejected(f"offset {at}", "the central directory", gap)

    def _check_data(self, entry: Entry, at: int) -> None:
        if entry.offset != at:
            place = f"{entry.name}: central header"
            raise ContainerRejected(place, f"offset {at}", str(entry.offset))
        stop = at + local_size(entry.name) + entry.packed
        if stop > self._stated.offset:
            expected = f"data that end by offset {self._stated.offset}"
            raise ContainerRejected(entry.name, expected, str(stop))
        found = self._source.read_at(at, local_size(entry.name))
        _compare(LOCAL, f"{entry.name}: local header", local(entry), found)


def _check_central(entry: Entry, record: bytes, method: int | None) -> None:
    place = f"{entry.name}: central header"
    _compare(CENTRAL, place, central(entry), record)
    allowed = tuple(Method) if method is None else (method,)
    if entry.method not in allowed:
        expected = " or ".join(f"method {int(each)}" for each in allowed)
        raise ContainerRejected(place, expected, str(entry.method))
    most = entry.packed * _INFLATES_AT_MOST if entry.method else entry.packed
    if entry.size > most or (entry.size < most and not entry.method):
        expected = f"{'at most ' if entry.method else ''}{most} bytes from {entry.packed}"
        raise ContainerRejected(place, expected, str(entry.size))


def _compare(header: Header, place: str, ours: bytes, theirs: bytes) -> None:
    if ours != theirs:
        raise ContainerRejected(place, *difference(header, ours, theirs))
