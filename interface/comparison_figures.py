"""The figures of a comparison in words, for a terminal and a page alike. Pure.

Not here: the sentence that stands above them (``application.comparison_words``), and how they look.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from application.comparison import Against, Caution, Comparison, LeftOut
from application.comparison_words import points, probability
from application.paired_statistics import CONFIDENCE
from application.rounding import rounded

_WHY: Final = {
    "only": "that {other} does not have",
    "unnamed": "whose id is not disclosed",
    "open": "open",
    "failed": "failed",
    "unscored": "without a score",
    "withheld": "withheld",
    "erased": "erased",
    "missing": "missing",
}


def cautions_of(found: Comparison) -> Sequence[Caution]:
    """What to know before relying on it: of each run, and then of each that is beside the first."""
    of_runs = [caution for run in found.runs for caution in run.cautions]
    return [*of_runs, *(caution for other in found.against for caution in other.cautions)]


def figures(first: str, other: Against) -> Iterator[tuple[str, str]]:
    """The figures of a run beside the one that is called ``first``, each with its name."""
    paired, estimate, name = other.paired, other.estimate, other.name
    how = "index" if other.matched == "index" else "outside id, of different datasets"
    counted = f"{paired.items:,} items, {paired.results:,} results; matched by {how}"
    yield "paired", counted + ("; each item the mean of its epochs" if paired.averaged else "")
    if estimate and paired.difference is not None:
        means = (first, paired.first_mean), (name, paired.second_mean)
        told = ", ".join(f"{run} {rounded(mean)}" for run, mean in means if mean is not None)
        unit = " points" if paired.binary else ""
        yield "means", f"{told}, difference {points(paired, paired.difference)}{unit}"
        yield f"{100 * CONFIDENCE:.0f} % interval", _interval(other)
        yield "test", _test(other)
    if paired.both_right is not None:
        wrong = paired.equal - paired.both_right
        told = f"{paired.higher:,} to right, {paired.lower:,} to wrong"
        yield "flips", f"{told}; {paired.both_right:,} right in both, {wrong:,} wrong in both"
    else:
        told = f"{paired.higher:,} higher, {paired.lower:,} lower"
        yield "scores", f"{told}; {paired.equal:,} the same in both"
    yield f"not paired of {first}", _left_out(paired.left_out_first, name)
    yield f"not paired of {name}", _left_out(paired.left_out_second, first)


def _interval(other: Against) -> str:
    paired, estimate = other.paired, other.estimate
    assert estimate is not None
    if estimate.low is None or estimate.high is None:
        return estimate.interval
    unit = " points" if paired.binary else ""
    low, high = points(paired, estimate.low), points(paired, estimate.high)
    return f"{low} to {high}{unit} ({estimate.interval})"


def _test(other: Against) -> str:
    estimate, corrected = other.estimate, other.p_holm
    if estimate is None or estimate.p is None or corrected is None:
        return "none"
    told = f"{probability(estimate.p)} ({estimate.test})"
    return told if corrected == estimate.p else f"{told}; by Holm {probability(corrected)}"


def _left_out(left_out: LeftOut, other: str) -> str:
    counts = left_out._asdict().items()
    told = [f"{count:,} {_WHY[why].format(other=other)}" for why, count in counts if count]
    return ", ".join(told) or "none"
