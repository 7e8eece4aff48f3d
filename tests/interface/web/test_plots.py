"""What plots are made of: enough room for each bar, and no more than can be read."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from application.rows import FailedAlike, FailureKinds, Tokens
from interface.web.figures import Figures
from interface.web.plots import PLOTS, drawn, telling

SVG = "{http://www.w3.org/2000/svg}"
LEGIBLE = 5
"""Units of a drawing that is 420 wide."""


def tally(scorers: int, mean: float, answered: int = 8) -> dict[str, Any]:
    scores = [{"scored": answered, "mean": mean} for _ in range(scorers)]
    return {"answered": answered, "failed": 2, "open": 1, "scores": scores}


def figures(sections: int, scorers: int, kinds: int = 3, mean: float = 0.5) -> Figures:
    summary = {
        "all": tally(scorers, mean, 8 * sections),
        "sections": [tally(scorers, mean) for _ in range(sections)],
    }
    return Figures(
        summary,
        [f"section {number}" for number in range(sections)],
        [f"scorer {number}" for number in range(scorers)],
        [Tokens(50 * sections, 9 * sections, 8, 8), *[Tokens(50, 9, 8, 8)] * sections],
        [(f"{number}", number) for number in range(11)],
        FailureKinds([FailedAlike(f"k{n}", 9, 0, 1) for n in range(kinds)], 4, 3, 2),
        [0] * scorers,
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
    mean = 40 if name == "other_scores" else 0.5
    svg = drawn(PLOTS[name], figures(sections, scorers, mean=mean))
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


def test_scores_on_another_scale_have_a_plot_of_their_own() -> None:
    told = figures(2, 2)
    told.summary["all"]["scores"][1]["mean"] = 2_000_000
    share, other = (texts_of(drawn(PLOTS[name], told)) for name in ("scores", "other_scores"))
    assert [text for text in (*share, "|", *other) if text.startswith(("scorer", "|"))] == [
        "scorer 0",
        "|",
        "scorer 1",
    ]
    assert ("1" in share, "2M" in other) == (True, True)


@pytest.mark.parametrize("mean", [1e308, -1e308, 1e200, 2e15, 1e15, -1e15, 5e-324, -5e-324])
def test_of_scores_however_large_or_small_there_is_a_plot(mean: float) -> None:
    told = figures(2, 2, mean=mean)
    told.summary["all"]["scores"][0]["mean"] = 70
    names = [plot.name for plot in telling(told) if "scores" in plot.name]
    assert "other_scores" in names
    for name in names:
        assert bars_of(drawn(PLOTS[name], told))


def test_failures_without_a_kind_stand_in_brackets_below_the_kinds() -> None:
    texts = texts_of(drawn(PLOTS["errors"], figures(1, 1)))
    labels = ["k0", "k1", "k2", "(other kinds)", "(no kind)", "(withheld or erased)"]
    assert [text for text in texts if text in labels] == labels[::-1]


def test_plots_without_figures_are_not_told() -> None:
    told = figures(2, 2)
    for each in (told.summary["all"], *told.summary["sections"]):
        each["scores"][1]["mean"] = -3
    assert [plot.name for plot in telling(told)] == [*PLOTS]
    nothing = figures(2, 0, kinds=0)._replace(spread=(), tokens=[Tokens(None, 0, 0, 8)] * 3)
    assert [plot.name for plot in telling(nothing)] == ["outcomes"]


@pytest.mark.parametrize(
    ("sections", "scorers", "told"),
    [
        (24, 6, {}),
        (25, 6, dict.fromkeys(("scores", "outcomes", "tokens"), "the first 24 of 25 sections")),
        (3, 7, {"scores": "the first 6 of 7 scorers"}),
    ],
)
def test_what_is_not_drawn_is_told_at_the_plot(
    sections: int, scorers: int, told: dict[str, str]
) -> None:
    plots = telling(figures(sections, scorers))
    assert {plot.name: plot.drawn for plot in plots if plot.drawn} == told


def test_a_section_without_a_name_stands_in_brackets_and_one_called_so_in_quotes() -> None:
    told = figures(3, 1)._replace(sections=["", "section 1", "(section 0)"])
    texts = texts_of(drawn(PLOTS["outcomes"], told))
    assert [text for text in texts if "section" in text] == [
        "“(section 0)”",
        "section 1",
        "(section 0)",
    ]


def test_a_kind_that_is_called_like_none_stands_in_quotes() -> None:
    kinds = [FailedAlike(name, 9, 0, 1) for name in ("no kind", "(no kind)", "withheld or erased")]
    told = figures(1, 1)._replace(errors=FailureKinds(kinds, 4, 3, 2))
    texts = texts_of(drawn(PLOTS["errors"], told))
    assert [text for text in texts if "kind" in text or "erased" in text] == [
        "(withheld or erased)",
        "(no kind)",
        "(other kinds)",
        "“withheld or erased”",
        "“(no kind)”",
        "“no kind”",
    ]


FAMILY = [f"a rather long name, number {number} of the benchmark" for number in range(24)]


def test_no_two_names_in_a_plot_look_alike_and_the_table_has_their_numbers() -> None:
    alike = [FailedAlike(name, 9, 0, 1) for name in FAMILY[:5]]
    told = figures(24, 6)._replace(
        sections=FAMILY, scorers=FAMILY[:6], errors=FailureKinds(alike, 0, 0, 0)
    )
    scores, errors = (texts_of(drawn(PLOTS[name], told)) for name in ("scores", "errors"))
    assert "23: a rather l…nchmark" in scores
    for texts, bars in ((scores, 25 + 6), (errors, 5 + 1)):
        names = [text for text in texts if not re.fullmatch(r"[\d.]+", text)]
        assert (len(names), len({*names})) == (bars, bars)
    assert told.section_labels.numbers[3] == "3: "
    assert told.kind_labels.numbers[0] == "1: "
    assert any(text.startswith("5: a rather long") for text in scores)


def test_names_that_differ_without_their_middle_have_no_number() -> None:
    names = [f"abcdefghijklmnopqrstuvwxyz {number}" for number in range(3)]
    told = figures(3, 3)._replace(sections=names, scorers=names)
    texts = texts_of(drawn(PLOTS["scores"], told))
    assert {"abcdefghijklm…uvwxyz 2", *names} <= {*texts}
    assert {*told.section_labels.numbers} == {""}


@pytest.mark.parametrize("scorers", range(1, 7))
def test_names_below_a_plot_are_inside_it_whole_and_apart(scorers: int) -> None:
    names = [f"{number} {'scorer' * 4}" for number in range(scorers)]
    root = ElementTree.fromstring(
        drawn(PLOTS["scores"], figures(2, scorers)._replace(scorers=names))
    )
    (legends,) = (each for each in root.iter() if each.get("class") == "legends")
    _, _, _, height = map(float, root.get("viewBox", "").split())
    top = float(re.findall(r"[\d.]+", legends.get("transform", ""))[1])
    margin = 12
    heights = {}
    for text in legends.iter(f"{SVG}text"):
        heights[text.text] = margin + top + float(text.get("y", 0))
    assert [*heights] == names
    assert len({*heights.values()}) == scorers
    assert max(heights.values()) < height


@pytest.mark.parametrize("results", [1, 2, 3, 5, 7, 40, 12_345, 26 * 10**9])
@pytest.mark.parametrize("name", ["outcomes", "errors", "latency", "tokens"])
def test_counts_have_a_scale_of_whole_numbers(name: str, results: int) -> None:
    told = figures(1, 1)
    told = told._replace(
        summary={"all": {"answered": results, "failed": 0, "open": 0}, "sections": []},
        tokens=[Tokens(results, None, 1, 0)],
        spread=[("0 – 10", results)],
        errors=FailureKinds([FailedAlike("kind", results, 0, 1)], 0, 0, 0),
    )
    root = ElementTree.fromstring(drawn(PLOTS[name], told))
    axes = (each for each in root.iter() if each.get("class", "").startswith("axis x"))
    ticks = [text.text or "" for axis in axes for text in axis.iter(f"{SVG}text")]
    assert len(ticks) > 1
    assert [tick for tick in ticks if not re.fullmatch(r"\d+|\d+(\.\d+)?[kMG]", tick)] == []
