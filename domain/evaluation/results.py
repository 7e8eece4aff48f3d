"""What has happened to each result (item × epoch) of a run, packed, and what may follow what.

Not here: scores and responses themselves, only that there are some.
"""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from domain.errors import Refused
from domain.syntax import MAX_ATTEMPTS, MAX_SCORERS

OPEN, ANSWERED, FAILED = 0, 1, 2
OUTCOMES = ("open", "answered", "failed")

CHUNK = 128
_ATTEMPT = 1 << 2
_SCORERS_AT = 18
_SCORED = 1 << _SCORERS_AT


class Result(NamedTuple):
    """A result's state; packed: bits 0–1 outcome, 2–17 attempts, 18–57 a bit for each scorer."""

    outcome: int
    attempts: int
    scored: int


def unpack(bits: int) -> Result:
    """Return the parts of a packed state."""
    return Result(bits & 3, (bits >> 2) & MAX_ATTEMPTS, (bits >> 18) & ((1 << MAX_SCORERS) - 1))


class SparseTable:
    """Unsigned 64-bit integers by (epoch, item), 0 where never set; memory goes by used chunks."""

    def __init__(self) -> None:
        self.chunks: dict[tuple[int, int], array[int]] = {}

    def get(self, epoch: int, item: int) -> int:
        """Return the value at a place."""
        at = (epoch, item // CHUNK)
        chunk = self.chunks.get(at) or self.fetch(at)
        return chunk[item % CHUNK] if chunk else 0

    def put(self, epoch: int, item: int, value: int) -> None:
        """Set the value at a place."""
        chunk, at = self.at(epoch, item)
        chunk[at] = value

    def at(self, epoch: int, item: int) -> "tuple[array[int], int]":
        """The chunk that holds a place, to read and write, and where it stands there."""
        key = (epoch, item // CHUNK)
        chunk = self.chunks.get(key) or self.fetch(key)
        if not chunk:
            chunk = self.chunks[key] = array("Q", bytes(8 * CHUNK))
        return chunk, item % CHUNK

    def fetch(self, at: tuple[int, int]) -> "array[int] | None":  # noqa: ARG002 - for those below
        """Bring in the chunk of an epoch and number; only a table that is kept elsewhere can."""
        return None

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield (item, epoch) of all that is not 0, by item, then epoch."""
        columns: dict[int, list[int]] = {}
        for epoch, number in sorted(self.chunks):
            columns.setdefault(number, []).append(epoch)
        for number in sorted(columns):
            for offset in range(CHUNK):
                for epoch in columns[number]:
                    if self.chunks[epoch, number][offset]:
                        yield number * CHUNK + offset, epoch


def after_attempt_failed(bits: int, attempt: int) -> int:
    """One more try, still open."""
    if bits & 3 == OPEN and attempt == (bits >> 2 & MAX_ATTEMPTS) + 1:
        return bits + _ATTEMPT
    result = unpack(bits)
    if result.outcome != OPEN:
        raise Refused("attempt", "a result that is open", f"one already {OUTCOMES[result.outcome]}")
    raise Refused("attempt", f"attempt {result.attempts + 1}", f"attempt {attempt}")


def after_answered(bits: int, attempt: int) -> int:
    """The try that brought an answer: open → answered."""
    return after_attempt_failed(bits, attempt) | ANSWERED


def after_failed(bits: int) -> int:
    """Given up with an explicit error: open → failed."""
    result = unpack(bits)
    if result.outcome != OPEN:
        raise Refused("failure", "a result that is open", f"one already {OUTCOMES[result.outcome]}")
    return bits | FAILED


def after_scored(bits: int, scorer: int) -> int:
    """An answer scored by one more scorer."""
    if bits & 3 != ANSWERED:
        found = f"one that is {OUTCOMES[bits & 3]}"
        raise Refused("score", "a result that is answered", found)
    if bits >> _SCORERS_AT >> scorer & 1:
        raise Refused(
            "score", f"no score by scorer {scorer} yet", "one", "Revise it with score.revised."
        )
    return bits | _SCORED << scorer


def after_revised(bits: int, scorer: int) -> int:
    """A new score in the place of an old one, which stays in the history."""
    if not unpack(bits).scored >> scorer & 1:
        raise Refused("score", f"a score by scorer {scorer} to revise", "none")
    return bits
