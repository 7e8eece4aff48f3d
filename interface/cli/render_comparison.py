"""A comparison of runs as lines: first a sentence for each, then the figures behind it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from application.comparison import Against, Caution, Comparison, Flip, LeftOut, RunCompared
from application.comparison_words import points, probability
from application.paired_statistics import CONFIDENCE
from interface.cli.screen import Line
from interface.cli.text import clipped, paragraph, table

_HEAD: Final = 18
_NAME_MOST: Final = 40
_RUN: Final = ("", "run", "model", "dataset", "status", "method")
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


def comparison_lines(found: Comparison, width: int) -> Iterator[Line]:
    """Sentences, runs, figures of each pair of runs, and what to know before believing them."""
    for other in found.against:
        for text in paragraph("", other.sentence, width, 2):
            yield Line(text, "strong")
    yield Line("")
    for text in table(_RUN, [*map(_run, found.runs)], width):
        yield Line(text)
    first = found.runs[0].name
    for other in found.against:
        yield Line("")
        yield Line(f"{other.name} beside {first}, scored by {clipped(found.scorer, 40)}", "strong")
        yield from _figures(first, other, width)
    yield from _cautions(found, width)


def flip_lines(
    first: str, other: Against, flips: Sequence[Flip], left: int, width: int
) -> Iterator[Line]:
    """The flips that are listed, and how many are left."""
    yield Line("")
    yield Line(f"FLIPS FROM {first} TO {other.name}", "strong")
    titles = ("item", "id", "epoch", "section", first, other.name)
    for text in table(titles, [*map(_flip, flips)], width) if flips else ["none"]:
        yield Line(text)
    if left > 0:
        yield Line(f"  … and {left:,} more; --limit 0 shows all", "dim")


def _run(run: RunCompared) -> Sequence[str]:
    model = "/".join(dict.fromkeys(filter(None, (run.provider, run.model)))) or "(not disclosed)"
    dataset = run.dataset_name or f"({run.dataset.stream[8:16]}…)"
    names = (clipped(name, _NAME_MOST) for name in (model, dataset))
    return [run.name, run.key.stream, *names, run.status, run.method or "(not disclosed)"]


def _figures(first: str, other: Against, width: int) -> Iterator[Line]:
    for name, told in _told(first, other):
        for text in paragraph(f"  {name:<{_HEAD}}", told, width):
            yield Line(text)


def _told(first: str, other: Against) -> Iterator[tuple[str, str]]:
    paired, estimate, name = other.paired, other.estimate, other.name
    how = "index" if other.matched == "index" else "outside id, of different datasets"
    counted = f"{paired.items:,} items, {paired.results:,} results; matched by {how}"
    yield "paired", counted + ("; each item the mean of its epochs" if paired.averaged else "")
    if estimate and paired.difference is not None:
        told = f"{first} {paired.first_mean:.4g}, {name} {paired.second_mean:.4g}"
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


def _cautions(found: Comparison, width: int) -> Iterator[Line]:
    of_runs = [caution for run in found.runs for caution in run.cautions]
    cautions: list[Caution] = [*of_runs, *(c for other in found.against for c in other.cautions)]
    if cautions:
        yield Line("")
        yield Line("BEFORE YOU RELY ON IT", "strong")
    for caution in cautions:
        for text in paragraph(f"  {caution.kind:<{_HEAD}}", caution.about, width):
            yield Line(text)


def _flip(flip: Flip) -> Sequence[str]:
    return [
        str(flip.item),
        clipped(flip.outside or "(not disclosed)", _NAME_MOST),
        str(flip.epoch),
        clipped(flip.section_name or "", _NAME_MOST),
        f"{flip.first:.6g}",
        f"{flip.second:.6g}",
    ]
