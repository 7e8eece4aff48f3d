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


def labels(names: Sequence[str | None], most: int, first: int = 0) -> Labels:
    """Labels of at most so many characters, no two of them the same; None is an unnamed section."""
    texts = [_label(each, number, most) for number, each in enumerate(names)]
    if len({*texts}) == len(texts):
        return Labels(texts, [""] * len(texts))
    numbers = [f"{number}: " for number, _ in enumerate(names, first)]
    told = enumerate(zip(numbers, names, strict=True))
    return Labels([n + _label(each, at, most - len(n)) for at, (n, each) in told], numbers)


def _label(told: str | None, number: int, most: int) -> str:
    return f"(section {number})" if told is None else name(told, most=most)
