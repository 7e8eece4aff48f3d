"""The differences of a comparison with their intervals as SVG: a line for each run, none at zero.

Where a line crosses the dashed one, the runs may as well be the same. The figures stand in the page
as text too. Pygal has no types: beside ``plots``, this module alone handles its values. Pure.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from typing import Any, Final

import pygal  # type: ignore[import-untyped]  # it has none, see above

from application.comparison import Against, Comparison
from interface.web.plots import bare, style_of

_INK, _LIGHT_INK, _NO_DIFFERENCE = "#2f6db5", "#7db0ea", "#8a8f96"
_WIDTH: Final = 360
"""As wide as phones have room for: drawn wider, the letters would be small on them."""

_FARTHEST: Final = 1e300
"""From zero: pygal's arithmetic ends beyond it, some way, and on the other side at its inverse."""

_LOOKS: Final = f"""inline:path, line, rect, circle {{ transition: none !important; }}
.series .line {{ stroke-width: 2.5px !important; }}
.serie-0 .line {{ stroke-width: 1.5px !important; stroke-dasharray: 5 4; }}
@media (prefers-color-scheme: dark) {{
  text {{ fill: #c3c9d1 !important; }}
  .axis path {{ stroke: #3a4048 !important; }}
  .series:not(.serie-0) .line {{ stroke: {_LIGHT_INK} !important; }}
  .series:not(.serie-0) .dot {{ fill: {_LIGHT_INK} !important; stroke: {_LIGHT_INK} !important; }}
}}"""


def draw_intervals(found: Comparison) -> bytes:
    """The plot; in points of a hundred where all scores are 0 or 1."""
    is_binary = all(other.paired.binary for other in found.against)
    shown = [other for other in found.against if _can_be_shown(other)][::-1]
    chart = _chart(len(shown))
    chart.y_labels = [{"label": other.name, "value": at} for at, other in enumerate(shown, 1)]
    top = len(shown) + 0.6
    chart.add("no difference", [(0, 0.4), (0, top)], show_dots=False)
    for at, other in enumerate(shown, 1):
        chart.add(other.name, _line(other, at, 100 if is_binary else 1))
    chart.add_xml_filter(bare)
    drawn: bytes = chart.render()
    return drawn


def _can_be_shown(other: Against) -> bool:
    ends = (other.estimate.low, other.estimate.high) if other.estimate else ()
    told = (abs(each) for each in (other.paired.difference, *ends) if each is not None)
    return other.paired.difference is not None and max(told) <= _FARTHEST


def _line(other: Against, at: int, unit: int) -> Sequence[Any]:
    """From end to end of the interval, with the difference as a larger dot."""
    estimate, middle = other.estimate, other.paired.difference or 0.0
    ends = (estimate.low, estimate.high) if estimate else (None, None)
    low, high = ([] if end is None else [_dot(end * unit, at, 2.5)] for end in ends)
    return [*low, _dot(middle * unit, at, 6), *high]


def _dot(value: float, at: int, radius: float) -> Any:
    value = value if abs(value) > 1 / _FARTHEST else 0.0
    return {"value": (value, at), "node": {"r": radius}}


def _chart(count: int) -> Any:
    return pygal.XY(
        style=style_of([_NO_DIFFERENCE, *[_INK] * count]),
        css=["file://style.css", "file://graph.css", _LOOKS],
        js=[],
        no_prefix=True,
        width=_WIDTH,
        height=80 + 36 * count,
        max_scale=8,
        show_legend=False,
        show_x_guides=True,
        show_y_guides=False,
        range=(0.4, count + 0.6),
        value_formatter=_short,
        x_value_formatter=_short,
        no_data_text="no figures",
        spacing=10,
        margin=12,
    )


def _short(value: float) -> str:
    return f"{value:g}"
