"""Plots of a run's totals as SVG, for light and dark, without script. Pure.

Every figure stands in a table beside the plots as well. Pygal has no types: this module and
``interval_plot`` alone handle its values. Not here: the figures (``figures``), and the route.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pygal  # type: ignore[import-untyped]  # it has none, see above
from pygal.etree import etree  # type: ignore[import-untyped]  # the same
from pygal.style import Style  # type: ignore[import-untyped]  # the same

from interface.web.figures import Figures
from interface.web.wording import name

etree.to_etree()  # with lxml, where that is installed, the same plot has other bytes

_MOST: Final = 24
"""Sections in a plot; the table beside it has all."""

_FEW: Final = 6
"""Bars that are thick."""

_LEGENDS: Final = 3
"""Names beside each other below a plot; with more, pygal would cut them off."""

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_INK, _PAPER, _GRID = "#40474f", "#ffffff", "#e3e1dc"
_INKS: Final = ("#2f6db5", "#b4552d", "#3c7f57", "#7a5aa6", "#8a7420", "#4b5563")
_OUTCOMES: Final = ("#3c7f57", "#b8453b", "#9a8f7d")
_DARK: Final = """inline:path, line, rect, circle { transition: none !important; }
@media (prefers-color-scheme: dark) {
  text { fill: #c3c9d1 !important; }
  .axis path { stroke: #3a4048 !important; }
}"""


class Plot(NamedTuple):
    """A plot: its name in the address, its title, what it says to who cannot see it."""

    name: str
    title: str
    about: str
    chart: Callable[[Figures], Any]


def drawn(plot: Plot, figures: Figures, *, dark: bool = True) -> bytes:
    """A plot, the same bytes for the same figures; ``dark`` has it follow the system's colours."""
    chart = plot.chart(figures)
    chart.css = ["file://style.css", "file://graph.css", *([_DARK] if dark else ())]
    chart.legend_at_bottom_columns = min(len(chart.raw_series), _LEGENDS) or 1
    chart.add_xml_filter(bare)
    svg: bytes = chart.render()
    return svg


def _scores(figures: Figures) -> Any:
    """Mean scores, a bar for each section and scorer."""
    chart = _bars(_labels(figures))
    means = [_mean(tally, n) for tally in _sections(figures) for n in range(len(figures.scorers))]
    if all(0 <= value <= 1 for value in means if value is not None):
        chart.range = (0, 1)
    for number, scorer in enumerate(figures.scorers):
        told = [_mean(tally, number) for tally in _sections(figures)]
        chart.add(name(scorer), told)
    return chart


def _latency(figures: Figures) -> Any:
    """How many answers took how long: equal stretches up to the 99th percentile, and the rest."""
    chart = _bars([told for told, _ in reversed(figures.spread)])
    chart.add("answers", [count for _, count in reversed(figures.spread)])
    return chart


def _tokens(figures: Figures) -> Any:
    """Tokens in and out of all tries, stacked, for each section."""
    chart = _bars(_labels(figures), pygal.HorizontalStackedBar)
    pairs = figures.tokens[1 : _MOST + 1]
    shown = [figures.tokens[0], *(pairs if len(pairs) > 1 else ())][::-1]
    for number, direction in enumerate(("in", "out")):
        chart.add(direction, [pair[number] or None for pair in shown])
    return chart


def _outcomes(figures: Figures) -> Any:
    """Answered, failed and open results, stacked, for each section."""
    chart = _bars(_labels(figures), pygal.HorizontalStackedBar, _OUTCOMES)
    for outcome in ("answered", "failed", "open"):
        chart.add(outcome, [tally[outcome] for tally in _sections(figures)])
    return chart


PLOTS: Final[Mapping[str, Plot]] = {
    plot.name: plot
    for plot in (
        Plot("scores", "Mean score by section", "Bars of the mean score of each section", _scores),
        Plot("outcomes", "Results", "Answered, failed and open results of each section", _outcomes),
        Plot("latency", "Latency in ms", "How many answers took how long", _latency),
        Plot("tokens", "Tokens", "Tokens in and out of each section, of all tries", _tokens),
    )
}


def _sections(figures: Figures) -> list[Mapping[str, Any]]:
    """What is drawn from top to bottom: the whole, and then sections, if there is more than one."""
    sections = figures.summary["sections"][:_MOST]
    return [figures.summary["all"], *(sections if len(sections) > 1 else ())][::-1]


def _labels(figures: Figures) -> list[str]:
    count = len(figures.summary["sections"][:_MOST])
    names = [figures.sections[n] if n < len(figures.sections) else "" for n in range(count)]
    told = [_short(each or f"section {n}") for n, each in enumerate(names)]
    return ["all", *(told if len(told) > 1 else ())][::-1]


def _short(text: str) -> str:
    told = name(text)
    return told if len(told) <= 18 else f"{told[:17]}…"


def _mean(tally: Mapping[str, Any], scorer: int) -> float | None:
    scores = tally["scores"]
    return scores[scorer].get("mean") if scorer < len(scores) else None


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
    labels: Sequence[str], kind: Any = pygal.HorizontalBar, colors: Sequence[str] = _INKS
) -> Any:
    chart = kind(
        style=style_of(colors),
        js=[],
        no_prefix=True,  # which would be another each time; a plot stands by itself
        width=420,
        height=110 + (38 if len(labels) < _FEW else 24) * len(labels),
        legend_at_bottom=True,
        legend_box_size=10,
        max_scale=6,
        min_scale=2,
        show_x_guides=False,
        show_y_guides=True,
        print_values=False,
        no_data_text="no figures",
        spacing=8,
        margin=12,
    )
    chart.x_labels = [*labels]
    return chart


def bare(root: Any) -> Any:
    """What pygal draws has a script and its own name for a title, for pages, and the day."""
    for parent in [*root.iter()]:
        for child in [*parent]:
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if tag in {"", "script", "title"}:  # of a comment, it is no text
                parent.remove(child)
    return root
