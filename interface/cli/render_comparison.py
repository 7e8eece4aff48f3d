"""A comparison of runs as lines: first a sentence for each, then the figures behind it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from application.comparison import Against, Comparison, Flip, RunCompared
from interface.cli.screen import Line
from interface.cli.text import clipped, paragraph, table
from interface.comparison_figures import cautions_of, figures

_HEAD: Final = 18
_NAME_MOST: Final = 40
_RUN: Final = ("", "run", "model", "dataset", "status", "method")


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
    for name, told in figures(first, other):
        for text in paragraph(f"  {name:<{_HEAD}}", told, width):
            yield Line(text)


def _cautions(found: Comparison, width: int) -> Iterator[Line]:
    cautions = cautions_of(found)
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
        _score(flip.first, revised=flip.first_revised),
        _score(flip.second, revised=flip.second_revised),
    ]


def _score(value: float, *, revised: bool) -> str:
    return f"{value:.6g} revised" if revised else f"{value:.6g}"
