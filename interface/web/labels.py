"""Names on little room: cut in the middle, and numbered where two would still look alike. Pure.

A table beside a plot puts the same numbers before the names, which it shows at more length.
"""

from collections.abc import Sequence
from typing import NamedTuple

from interface.web.wording import name


class Labels(NamedTuple):
    """What names are called in a plot, and what tables put before each: "3: ", or nothing."""

    texts: Sequence[str]
    numbers: Sequence[str]


def labels(names: Sequence[str], most: int, first: int = 0) -> Labels:
    """Labels of at most so many characters, no two of them the same."""
    texts = [name(each, most=most) for each in names]
    if len({*texts}) == len(texts):
        return Labels(texts, [""] * len(texts))
    numbers = [f"{number}: " for number, _ in enumerate(names, first)]
    told = zip(numbers, names, strict=True)
    return Labels([n + name(each, most=most - len(n)) for n, each in told], numbers)
