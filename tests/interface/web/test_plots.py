"""What plots are made of: enough room for each bar, and no more than can be read."""

from typing import Any
from xml.etree import ElementTree

import pytest

from application.rows import FailedAlike, FailureKinds, Tokens
from interface.web.figures import Figures
from interface.web.plots import PLOTS, drawn, telling

SVG = "{http://www.w3.org/2000/svg}"
LEGIBLE = 5
"""Units of a drawing that is 420 wide."""


def tally(scorers: int, answered: int = 8) -> dict[str, Any]:
    scores = [{"scored": answered, "mean": 0.5} for _ in range(scorers)]
    return {"answered": answered, "failed": 2, "open": 1, "scores": scores}


def figures(sections: int, scorers: int, kinds: int = 3) -> Figures:
    summary = {
        "all": tally(scorers, 8 * sections),
        "sections": [tally(scorers) for _ in range(sections)],
    }
    return Figures(
        summary,
        [f"section {number}" for number in range(sections)],
        [f"scorer {number}" for number in range(scorers)],
        [Tokens(50 * sections, 9 * sections, 8, 8), *[Tokens(50, 9, 8, 8)] * sections],
        [(f"{number}", number) for number in range(11)],
        FailureKinds([FailedAlike(f"k{n}", 9, 0, 1) for n in range(kinds)], 4, 3, 2),
    )


def bars_of(svg: bytes) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg)
    return [each for each in root.iter(f"{SVG}rect") if "reactive" in each.get("class", "")]


def texts_of(svg: bytes) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize(("sections", "scorers"), [(1, 1), (2, 1), (6, 3), (24, 3), (60, 9)])
def test_every_bar_can_be_seen_and_told_from_the_next(
    name: str, sections: int, scorers: int
) -> None:
    svg = drawn(PLOTS[name], figures(sections, scorers))
    root = ElementTree.fromstring(svg)
    bars = [each for each in bars_of(svg) if float(each.get("width", 0)) > 0]
    assert bars
    assert min(float(bar.get("height", 0)) for bar in bars) > LEGIBLE
    assert max(float(bar.get("height", 0)) for bar in bars) < 50
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert (width, height < 1500) == (420, True)


@pytest.mark.parametrize(("sections", "whole"), [(1, True), (6, True), (7, False), (24, False)])
def test_a_sum_of_many_sections_does_not_dwarf_them(sections: int, whole: bool) -> None:
    told = figures(sections, 1)
    for name in ("outcomes", "tokens"):
        assert ("all" in texts_of(drawn(PLOTS[name], told))) == whole
    assert "all" in texts_of(drawn(PLOTS["scores"], told))


def test_sections_and_scorers_beyond_a_limit_are_left_to_the_table() -> None:
    texts = texts_of(drawn(PLOTS["scores"], figures(60, 9)))
    assert {"section 23", "scorer 5"} <= {*texts}
    assert not {"section 24", "scorer 6"} & {*texts}


def test_failures_without_a_kind_stand_in_brackets_below_the_kinds() -> None:
    texts = texts_of(drawn(PLOTS["errors"], figures(1, 1)))
    labels = ["k0", "k1", "k2", "(other kinds)", "(no kind)", "(withheld or erased)"]
    assert [text for text in texts if text in labels] == labels[::-1]


def test_plots_without_figures_are_not_told() -> None:
    assert [plot.name for plot in telling(figures(2, 1))] == [*PLOTS]
    nothing = figures(2, 0, kinds=0)._replace(spread=(), tokens=[Tokens(None, 0, 0, 8)] * 3)
    assert [plot.name for plot in telling(nothing)] == ["outcomes"]
