"""Sets of code points, and the ones that have a name in patterns. Not here: patterns (``pattern``).

A set is its ascending bounds: a code point is in it if an odd number of them are at or below it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

Bounds: TypeAlias = tuple[int, ...]
Span: TypeAlias = tuple[int, int]
"""First and last, both included."""

_BEYOND: Final = 0x110000
_LETTERS: Final = (("A", "Z", 32), ("a", "z", -32))
"""First, last, and how far the other case is off."""


def holds(bounds: Bounds, char: str) -> bool:
    """Whether a code point is in a set."""
    return bisect_right(bounds, ord(char)) % 2 == 1


def union(spans: Iterable[Span]) -> Bounds:
    """The set of all that is in one of the spans."""
    bounds: list[int] = []
    for first, last in sorted(spans):
        if bounds and first <= bounds[-1]:
            bounds[-1] = max(bounds[-1], last + 1)
        else:
            bounds += [first, last + 1]
    return tuple(bounds)


def complement(bounds: Bounds) -> Bounds:
    """The set of all others; its last bound may be left open."""
    return bounds[1:] if bounds[:1] == (0,) else (0, *bounds)


def spans_of(bounds: Bounds) -> list[Span]:
    """The spans of a set, apart from each other."""
    ends = (*bounds, _BEYOND)
    return [(ends[at], ends[at + 1] - 1) for at in range(0, len(bounds), 2)]


def both_cases(spans: Iterable[Span]) -> list[Span]:
    """The spans, and the other case of each ASCII letter in them."""
    both = list(spans)
    for first, last in tuple(both):
        for low, high, shift in _LETTERS:
            start, end = max(first, ord(low)), min(last, ord(high))
            if start <= end:
                both.append((start + shift, end + shift))
    return both


def _named(name: str, *spans: Span) -> dict[str, Bounds]:
    bounds = union(spans)
    return {name: bounds, name.upper(): complement(bounds)}


ANY_BUT_NEWLINE: Final = complement((0x0A, 0x0B))

CLASSES: Final[Mapping[str, Bounds]] = {
    **_named("d", (0x30, 0x39)),
    **_named("w", (0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    **_named("s", (0x09, 0x0D), (0x20, 0x20)),
}
"""What ``\\d \\w \\s`` and their complements stand for: ASCII, whatever the language."""
