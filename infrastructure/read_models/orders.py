"""Orders by a value that may be missing: rows that have one first, in either direction.

A place in an order is the value, or None, and the numbers that decide between rows of the same
value. Not here: what is sorted, and the statements that read what is beyond a place.
"""

from collections.abc import Iterator
from typing import Any, Final

from domain.syntax import MAX_INTEGER

BEYOND: Final = {False: ">", True: "<"}
DIRECTION: Final = {False: "", True: "DESC"}
"""By whether it is descending."""

Place = tuple[Any, ...]


def start(ties: int, *, descending: bool) -> Place:
    """The place before all rows without a value; ``ties`` is how many numbers are in a place."""
    return (None, *(MAX_INTEGER if descending else -1,) * ties)


def stretches(after: Place | None, ties: int, *, descending: bool) -> Iterator[Place]:
    """The place to go on from among the rows with a value, then that among those without.

    Where ``after`` is among the latter, there is only one.
    """
    _, *numbers = missing = start(ties, descending=descending)
    first = after or (float("inf" if descending else "-inf"), *numbers)
    yield first
    if first[0] is not None:
        yield missing
