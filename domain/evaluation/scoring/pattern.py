"""The linear-time subset of regular expressions: from pattern to syntax tree (scoring, section 7).

What the subset leaves out cannot be matched in linear time, or is read differently by Python and
JavaScript. Not here: matching (``automaton``).
"""

import re
import string
from dataclasses import dataclass
from typing import Final, TypeAlias

from domain.evaluation.scoring.code_points import (
    ANY_BUT_NEWLINE,
    CLASSES,
    Bounds,
    Span,
    both_cases,
    complement,
    spans_of,
    union,
)
from domain.evaluation.scoring.model import NotRecomputable

MAX_PATTERN: Final = 1_000
MAX_NESTING: Final = 50
MAX_REPEAT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Chars:
    """One code point of a set."""

    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place between code points: ``^ $ b B``."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after another."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``low`` to ``high`` times, or ``low`` times or more."""

    node: "Node"
    low: int
    high: int | None


Node: TypeAlias = Chars | Anchor | Sequence | Either | Repeat

_QUANTIFIER: Final = re.compile(r"(?:([?*+])|\{([0-9]{1,4})(,?)([0-9]{0,4})\})\??")
_TIMES: Final = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_CONTROL: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_SET: Final = re.compile(r"\\([dDwWsS])")
_CODE: Final = re.compile("x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")


def parse(pattern: str, ignore_case: bool) -> Node:
    """Read a pattern.

    Raises:
        NotRecomputable: where it is outside the subset.
    """
    if len(pattern) > MAX_PATTERN:
        raise NotRecomputable(f"a pattern of more than {MAX_PATTERN:,} code points")
    parser = _Parser(pattern, ignore_case)
    node = parser.either(MAX_NESTING)
    if parser.at < len(pattern):
        raise parser.outside()
    return node


class _Parser:
    """Recursive descent; ``at`` is the place of the next code point."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self.pattern = pattern
        self.ignore_case = ignore_case
        self.at = 0

    def outside(self) -> NotRecomputable:
        return NotRecomputable(f"pattern outside the linear-time subset at code point {self.at}")

    def next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def skip(self, token: str) -> bool:
        found = self.pattern.startswith(token, self.at)
        self.at += len(token) * found
        return found

    def either(self, room: int) -> Node:
        options = [self.sequence(room)]
        while self.skip("|"):
            options.append(self.sequence(room))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def sequence(self, room: int) -> Node:
        nodes: list[Node] = []
        while self.next() not in ("", "|", ")"):
            nodes.append(self.repeat(room))
        return nodes[0] if len(nodes) == 1 else Sequence(tuple(nodes))

    def repeat(self, room: int) -> Node:
        node = self.atom(room)
        found = _QUANTIFIER.match(self.pattern, self.at)
        if found is None:
            return node
        low, high = self.times(found)
        most = low if high is None else high
        if isinstance(node, Anchor) or not low <= most <= MAX_REPEAT:
            raise self.outside()
        self.at = found.end()
        return Repeat(node, low, high)

    def times(self, found: re.Match[str]) -> tuple[int, int | None]:
        sign, low, comma, high = found.groups()
        if sign:
            return _TIMES[sign]
        if high and not comma:
            raise self.outside()
        return int(low), int(high or low) if high or not comma else None

    def atom(self, room: int) -> Node:
        if self.skip("("):
            return self.group(room - 1)
        if self.skip("["):
            return self.members()
        if self.skip("\\"):
            return self.escape()
        if self.skip("."):
            return Chars(ANY_BUT_NEWLINE)
        if self.next() in "^$":
            return Anchor(self.take())
        if self.next() in "?*+{":
            raise self.outside()
        return self.chars(self.code())

    def take(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def group(self, room: int) -> Node:
        if room < 0 or (self.next() == "?" and not self.skip("?:")):
            raise self.outside()
        node = self.either(room)
        if not self.skip(")"):
            raise self.outside()
        return node

    def escape(self) -> Node:
        if self.next() in ("b", "B"):
            return Anchor(self.take())
        if self.next() in CLASSES:
            return Chars(CLASSES[self.take()])
        return self.chars(self.escaped_code())

    def chars(self, code: int) -> Chars:
        return self.set_of([(code, code)])

    def set_of(self, spans: list[Span]) -> Chars:
        return Chars(union(both_cases(spans) if self.ignore_case else spans))

    def code(self) -> int:
        return ord(self.take())

    def escaped_code(self) -> int:
        """What follows a backslash: a control, a hexadecimal code, or ASCII punctuation."""
        if found := _CODE.match(self.pattern, self.at):
            self.at = found.end()
            return int(found[1] or found[2], 16)
        char = self.next()
        if not char or (char not in _CONTROL and char not in string.punctuation):
            raise self.outside()
        self.at += 1
        return _CONTROL.get(char, ord(char))

    def members(self) -> Chars:
        """What follows ``[``, not nothing; a bare ``-`` stands first, last or in a range."""
        negated = self.skip("^")
        spans = [(0x2D, 0x2D)] if self.skip("-") else []
        while not (spans and self.skip("]")):
            spans += self.member()
        chars = self.set_of(spans)
        return Chars(complement(chars.bounds)) if negated else chars

    def member(self) -> list[Span]:
        found = _SET.match(self.pattern, self.at)
        if found:
            self.at = found.end()
            return spans_of(CLASSES[found[1]])
        first = last = self.member_code()
        if self.next() == "-" and not self.is_last():
            self.at += 1
            last = self.member_code()
        if last < first:
            raise self.outside()
        return [(first, last)]

    def member_code(self) -> int:
        if self.next() in ("", "]") or (self.next() == "-" and not self.is_last()):
            raise self.outside()
        return self.escaped_code() if self.skip("\\") else self.code()

    def is_last(self) -> bool:
        return self.pattern.startswith("]", self.at + 1)
