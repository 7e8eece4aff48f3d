"""Plots of a run's totals as SVG, for light and dark, without script. Pure.

Every figure stands in a table beside the plots as well. Pygal has no types: this module and
``interval_plot`` alone handle its values. Not here: the figures (``figures``), and the route.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

import pygal  # type: ignore[import-untyped]  # it has none, see above
from pygal.etree import etree  # type: ignore[import-untyped]  # the same
from pygal.formatters import default, human_readable  # type: ignore[import-untyped]  # the same
from pygal.style import Style  # type: ignore[import-untyped]  # the same

from application.rows import Tokens
from interface.web.figures import Figures, without_kind

etree.to_etree()  # with lxml, where that is installed, the same plot has other bytes

_MOST: Final = 24
"""Sections in a plot; the table beside it has all."""

_MOST_BELOW_SUM: Final = 6
"""Sections beside a bar of their sum."""

_MOST_SCORERS: Final = 6
"""Beside each other in each section; the table has all."""

_FARTHEST: Final = 1e15
"""From zero: pygal's arithmetic ends beyond it, some way. Such a figure is left to the table."""

_NOT_BY_SECTION: Final = frozenset({"errors", "latency"})

_THICKNESS: Final = ((6, 22), (15, 18), (30, 13), (60, 10), (100, 8))
"""Of up to so many bars each; of more, the least."""

_LEAST: Final = 6
_GAP: Final = 9
"""Between the bars of one label and the next."""

_AROUND: Final = 100
"""Above and below the bars: the scale and the legend."""

_BESIDE: Final = (3, 10)
"""Names below a plot, and their characters, that stand beside each other; others take lines."""
_LINE: Final = 18

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_INK, _PAPER, _GRID = "#40474f", "#ffffff", "#e3e1dc"
_INKS: Final = ("#2f6db5", "#b4552d", "#3c7f57", "#7a5aa6", "#8a7420", "#4b5563")
_FAILED: Final = ("#b8453b",)
_OUTCOMES: Final = ("#3c7f57", "#b8453b", "#9a8f7d")
_DARK: Final = """inline:path, line, rect, circle { transition: none !important; }
@media (prefers-color-scheme: dark) {
  text { fill: #c3c9d1 !important; }
  .axis path { stroke: #3a4048 !important; }
}"""


class Plot(NamedTuple):
    """A plot: its name in the address, its title, what it says to who cannot see it.

    Who gets to see one that ``is_content`` has seen content, which is recorded.
    """

    name: str
    title: str
    about: str
    chart: Callable[[Figures], Any]
    is_content: bool = False
    drawn: str = ""
    """Of how many sections and scorers so many are drawn, where not all are."""


def telling(figures: Figures) -> Iterator[Plot]:
    """The plots that have something to show."""
    rows = _rows(figures)
    scorers = {
        "scores": [*_scorers(figures, rows, is_share=True)],
        "other_scores": [*_scorers(figures, rows, is_share=False)],
    }
    has = {
        **{name: bool(found) for name, found in scorers.items()},
        "errors": bool(figures.errors.kinds),
        "latency": bool(figures.spread),
        "tokens": bool(figures.tokens[0].into or figures.tokens[0].out),
    }
    for plot in PLOTS.values():
        if has.get(plot.name, True):
            yield plot._replace(drawn=_part_drawn(plot, figures, len(scorers.get(plot.name, ()))))


def _part_drawn(plot: Plot, figures: Figures, scorers: int) -> str:
    """What a plot says of what it leaves to the table; "" where it has all."""
    sections = 0 if plot.name in _NOT_BY_SECTION else len(figures.summary["sections"])
    parts = ((sections, _MOST, "sections"), (scorers, _MOST_SCORERS, "scorers"))
    told = [f"{most} of {count:,} {what}" for count, most, what in parts if count > most]
    return f"the first {' and '.join(told)}" if told else ""


def drawn(plot: Plot, figures: Figures, *, dark: bool = True) -> bytes:
    """A plot, the same bytes for the same figures; ``dark`` has it follow the system's colours."""
    chart = plot.chart(figures)
    chart.css = ["file://style.css", "file://graph.css", *([_DARK] if dark else ())]
    _put_legend(chart)
    chart.add_xml_filter(bare)
    svg: bytes = chart.render()
    return svg


def _put_legend(chart: Any) -> None:
    """Below the bars, with room for each name."""
    names = [more["title"] for _, more in chart.raw_series]
    beside = len(names) <= _BESIDE[0] and all(len(name) <= _BESIDE[1] for name in names)
    chart.legend_at_bottom_columns = len(names) or 1 if beside else 1
    chart.config.height += 0 if beside else _LINE * (len(names) - 1)


class _Row(NamedTuple):
    """A section, or the whole."""

    label: str
    tally: Mapping[str, Any]
    tokens: Tokens


def _scores(figures: Figures, *, is_share: bool = True) -> Any:
    """Mean scores, a bar for each section and scorer: of those from 0 to 1, or of the others.

    On one scale, a scorer that counts tokens would make one that counts right answers invisible.
    """
    rows = _rows(figures)
    scorers = [*islice(_scorers(figures, rows, is_share=is_share), _MOST_SCORERS)]
    chart = _bars([row.label for row in rows], beside=len(scorers))
    chart.order_min, chart.value_formatter = None, _short
    if is_share:
        chart.range = (0, 1)
    for scorer, means in scorers:
        chart.add(scorer, means)
    return chart


def _latency(figures: Figures) -> Any:
    """How many answers took how long: equal stretches up to the 99th percentile, and the rest."""
    chart = _bars([told for told, _ in reversed(figures.spread)])
    chart.add("answers", [count for _, count in reversed(figures.spread)])
    return chart


def _tokens(figures: Figures) -> Any:
    """Tokens in and out of all tries, stacked, for each section."""
    rows = _rows(figures, of_sums=True)
    chart = _bars([row.label for row in rows], pygal.HorizontalStackedBar)
    chart.add("in", [row.tokens.into or None for row in rows])
    chart.add("out", [row.tokens.out or None for row in rows])
    return chart


def _outcomes(figures: Figures) -> Any:
    """Answered, failed and open results, stacked, for each section."""
    rows = _rows(figures, of_sums=True)
    chart = _bars([row.label for row in rows], pygal.HorizontalStackedBar, _OUTCOMES)
    for outcome in ("answered", "failed", "open"):
        chart.add(outcome, [row.tally[outcome] for row in rows])
    return chart


def _errors(figures: Figures) -> Any:
    """Failed results by the kind of their errors; what is under no kind stands in brackets."""
    others = without_kind(figures.errors)
    texts = [*figures.kind_labels.texts, *(f"({why})" for why, _ in others)]
    results = [*(kind.results for kind in figures.errors.kinds), *(count for _, count in others)]
    chart = _bars(texts[::-1], colors=_FAILED)
    chart.add("failed results", results[::-1])
    return chart


PLOTS: Final[Mapping[str, Plot]] = {
    plot.name: plot
    for plot in (
        Plot("scores", "Mean score by section", "Bars of the mean score of each section", _scores),
        Plot(
            "other_scores",
            "Mean score by section, not from 0 to 1",
            "Bars of the mean score of each section by scorers on other scales",
            partial(_scores, is_share=False),
        ),
        Plot("outcomes", "Results", "Answered, failed and open results of each section", _outcomes),
        Plot("errors", "Errors by kind", "How many results failed with which kind", _errors, True),
        Plot("latency", "Latency in ms", "How many answers took how long", _latency),
        Plot("tokens", "Tokens", "Tokens in and out of each section, of all tries", _tokens),
    )
}


def _rows(figures: Figures, *, of_sums: bool = False) -> list[_Row]:
    """What is drawn, from the lowest up: sections, if there is more than one, below the whole.

    The whole is left out where it is the sum of so many that they would be slivers beside it.
    """
    whole = _Row("all", figures.summary["all"], figures.tokens[0])
    tallies = figures.summary["sections"][:_MOST]
    rows = [*map(_Row, figures.section_labels.texts, tallies, figures.tokens[1:])]
    if len(rows) < 2:
        return [whole]
    return [*reversed(rows), *(() if of_sums and len(rows) > _MOST_BELOW_SUM else (whole,))]


def _scorers(
    figures: Figures, rows: Sequence[_Row], *, is_share: bool
) -> Iterator[tuple[str, Sequence[float | None]]]:
    """Scorers with their means, None for what cannot be drawn: those from 0 to 1, or the others."""
    for scorer, label in enumerate(figures.scorer_labels.texts):
        means = [_mean(row.tally, scorer) for row in rows]
        known = [mean for mean in means if mean is not None]
        if known and is_share == all(0 <= mean <= 1 for mean in known):
            yield (
                label,
                [mean if mean is not None and abs(mean) <= _FARTHEST else None for mean in means],
            )


def _mean(tally: Mapping[str, Any], scorer: int) -> float | None:
    scores = tally["scores"]
    return scores[scorer].get("mean") if scorer < len(scores) else None


def _short(figure: float) -> str:
    """A tick's figure, which has little room."""
    told: str = (human_readable if abs(figure) >= 10_000 else default)(figure)
    return told


def style_of(colors: Sequence[str]) -> Any:
    """How every plot looks, but for its colours."""
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=_INK,
        foreground_strong=_INK,
        foreground_subtle=_INK,
        guide_stroke_color=_GRID,
        major_guide_stroke_color=_GRID,
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        opacity="1",
        font_family=_FONT,
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=12,
        no_data_font_size=14,
        colors=colors,
    )


def _bars(
    labels: Sequence[str],
    kind: Any = pygal.HorizontalBar,
    colors: Sequence[str] = _INKS,
    beside: int = 1,
) -> Any:
    """A chart of counts as high as its bars need, of which so many are ``beside`` each other."""
    bars = max(beside, 1) * _thickness(beside * len(labels))
    chart = kind(
        style=style_of(colors),
        js=[],
        no_prefix=True,  # which would be another each time; a plot stands by itself
        width=420,
        height=_AROUND + (bars + _GAP) * len(labels),
        legend_at_bottom=True,
        legend_box_size=10,
        truncate_legend=-1,
        order_min=0,
        value_formatter=human_readable,
        max_scale=6,
        min_scale=2,
        show_x_guides=False,
        show_y_guides=True,
        print_values=False,
        no_data_text="no figures",
        spacing=8,
        margin=12,
    )
    chart._series_margin = _GAP / 2 / (bars + _GAP)
    chart.x_labels = [*labels]
    return chart


def _thickness(bars: int) -> int:
    return next((thickness for most, thickness in _THICKNESS if bars <= most), _LEAST)


def bare(root: Any) -> Any:
    """What pygal draws has a script and its own name for a title, for pages, and the day."""
    for parent in [*root.iter()]:
        for child in [*parent]:
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if tag in {"", "script", "title"}:  # of a comment, it is no text
                parent.remove(child)
    return root
