"""The scores of pairs, gathered one pair at a time, and what they come to.

With epochs the unit is the item: its scores are averaged over the epochs that both runs have, and
only then compared. Not here: where pairs come from (``pairing``), and the statistics themselves
(``paired_statistics``).
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

from application.comparison import Direction, LeftOut, Paired
from application.paired_statistics import Estimate, Statistics
from application.pairing import Pair
from application.rows import Held, ScoredRow
from domain.evaluation.results import ANSWERED, OUTCOMES
from domain.evaluation.statistics import ExactSum

_BITS = frozenset({0, 1})


class PairedScores:
    """Eight bytes for each score of an item, and counts."""

    def __init__(self, *, by_id: bool) -> None:
        self._by_id = by_id
        self._firsts, self._seconds = array("d"), array("d")
        self._left_out: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._signs = Counter[int]()
        self._both_right = 0
        self._revised = [0, 0]
        self._binary, self._averaged = True, False
        self._item = -1
        self._epochs: list[tuple[float, float]] = []

    def extend(self, pairs: Iterable[Pair]) -> "PairedScores":
        """Take in all pairs, in order."""
        for first, second in pairs:
            if first and second:
                self._add(first, second)
            else:
                side, row = (0, first) if first else (1, second)
                unnamed = self._by_id and row is not None and row.outside is None
                self._left_out[side]["unnamed" if unnamed else "only"] += 1
        self._end_item()
        return self

    def paired(self) -> Paired:
        """What they come to."""
        first, second = _total(self._firsts), _total(self._seconds)
        difference = _total(-value for value in self._firsts)
        difference.extend(second)
        items, signs = len(self._firsts), self._signs
        binary = self._binary and items > 0
        left_out_first, left_out_second = (LeftOut(**counts) for counts in self._left_out)
        return Paired(
            items=items,
            results=signs.total(),
            averaged=self._averaged,
            binary=binary,
            higher=signs[1],
            lower=signs[-1],
            equal=signs[0],
            both_right=self._both_right if binary else None,
            first_mean=first.mean(items) if items else None,
            second_mean=second.mean(items) if items else None,
            difference=difference.mean(items) if items else None,
            left_out_first=left_out_first,
            left_out_second=left_out_second,
            first_revised=self._revised[0],
            second_revised=self._revised[1],
        )

    def estimate(self, paired: Paired, statistics: Statistics) -> Estimate | None:
        """How far the difference can be chance; None of no pairs."""
        if not paired.items:
            return None
        if paired.binary and not paired.averaged:
            return statistics.of_flips(paired.higher, paired.lower, paired.items)
        return statistics.of_scores(self._firsts, self._seconds)

    def _add(self, first: ScoredRow, second: ScoredRow) -> None:
        lacks = (lack(first), lack(second))
        for counts, why in zip(self._left_out, lacks, strict=True):
            if why:
                counts[why] += 1
        one, other = first.value, second.value
        if one is None or other is None:
            return
        if first.item != self._item:
            self._end_item()
            self._item = first.item
        self._epochs.append((one, other))
        self._revised[0] += first.revised
        self._revised[1] += second.revised
        self._signs[sign(first, second)] += 1
        self._both_right += one == other == 1
        self._binary = self._binary and one in _BITS and other in _BITS

    def _end_item(self) -> None:
        epochs, self._epochs = self._epochs, []
        if epochs:
            self._averaged = self._averaged or len(epochs) > 1
            firsts, seconds = zip(*epochs, strict=True)
            self._firsts.append(_mean(firsts))
            self._seconds.append(_mean(seconds))


def lack(row: ScoredRow) -> str:
    """Why a result has no score to compare; "" where it has one."""
    if row.value is not None:
        return ""
    if row.held is None:
        return "unscored" if row.status == OUTCOMES[ANSWERED] else row.status
    return (row.held or Held.MISSING).name.lower()


def sign(first: ScoredRow, second: ScoredRow) -> int:
    """1 where the second score is higher, −1 where it is lower, 0 where it is not, or not known."""
    if first.value is None or second.value is None:
        return 0
    return (second.value > first.value) - (second.value < first.value)


def goes(first: ScoredRow, second: ScoredRow, direction: Direction) -> bool:
    """Whether a pair flips in this direction."""
    way = sign(first, second)
    return way != 0 and direction in {
        Direction.ALL,
        Direction.RIGHT if way > 0 else Direction.WRONG,
    }


def _mean(scores: Sequence[float]) -> float:
    return scores[0] if len(scores) == 1 else _total(scores).mean(len(scores))


def _total(scores: Iterable[float]) -> ExactSum:
    total = ExactSum()
    for score in scores:
        total.add(score)
    return total
