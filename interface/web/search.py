"""The language of the search fields: free text, and qualifiers ``name:value``. Pure.

::

    capitals model:gpt-4o status:failed score:<0.5
    provider:"my provider" score:0.2..0.8

Values with spaces stand in double quotes. What no qualifier is, is text, to be found as one piece.
Not here: which qualifiers there are (``search_runs``, ``search_results``).
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from domain.errors import InvalidInput

_WORD: Final = re.compile(r'(?:([a-z]+):)?(?:"([^"]*)"|(\S+))')
_NUMBER: Final = r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?"
_RANGE: Final = re.compile(rf"({_NUMBER})\.\.({_NUMBER})", re.ASCII)
_BOUND: Final = re.compile(rf"(<=|>=|<|>|=|)({_NUMBER})", re.ASCII)
MOST: Final = 200
"""Characters of a search."""


class Asked(NamedTuple):
    """What a search says: its text, and the values of its qualifiers."""

    text: str
    values: Mapping[str, str]


class Bounds(NamedTuple):
    """The numbers from ``low`` to ``high``, both included."""

    low: float
    high: float


def read_search(search: str, names: Sequence[str]) -> Asked:
    """Take a search apart.

    Raises:
        InvalidInput: at a qualifier that is not one of ``names``, has no value, or comes twice.
    """
    if len(search) > MOST:
        raise InvalidInput("the search", f"at most {MOST} characters", f"{len(search)}")
    words: list[str] = []
    values: dict[str, str] = {}
    for name, quoted, plain in _WORD.findall(search):
        if not name:
            words.append(quoted or plain)
        elif name not in names:
            expected = f"one of {', '.join(f'{each}:' for each in names)}"
            remedy = "To look for it as text, put it in double quotes."
            raise InvalidInput(f"qualifier {name}:", expected, "another", remedy)
        elif name in values:
            raise InvalidInput(f"qualifier {name}:", "it once", "it twice")
        else:
            values[name] = quoted or plain
    for word in words:
        if word.endswith(":") and word[:-1] in names:
            raise InvalidInput(f"qualifier {word}", "a value after the colon", "none")
    return Asked(" ".join(words), values)


def one_of(name: str, value: str | None, allowed: Sequence[str]) -> str | None:
    """The value of a qualifier, which has to be one of these.

    Raises:
        InvalidInput: when it is another.
    """
    if value is not None and value not in allowed:
        raise InvalidInput(f"{name}:", f"one of {', '.join(allowed)}", ascii(value[:80]))
    return value


def bounds(name: str, value: str) -> Bounds:
    """What ``<0.5``, ``>=0.5``, ``0.2..0.8`` or ``1`` lets through.

    Raises:
        InvalidInput: when it is none of these.
    """
    if found := _RANGE.fullmatch(value):
        return Bounds(float(found[1]), float(found[2]))
    found = _BOUND.fullmatch(value)
    if found is None:
        expected = "a number, <0.5, <=0.5, >0.5, >=0.5 or 0.2..0.8"
        raise InvalidInput(f"{name}:", expected, ascii(value[:80]))
    number = float(found[2])
    return {
        "<": Bounds(-math.inf, math.nextafter(number, -math.inf)),
        "<=": Bounds(-math.inf, number),
        ">": Bounds(math.nextafter(number, math.inf), math.inf),
        ">=": Bounds(number, math.inf),
    }.get(found[1], Bounds(number, number))
