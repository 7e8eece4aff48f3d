"""The plot of intervals: every run on its line, whatever its figures are."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest

from application.comparison import Against, Comparison, LeftOut, Paired
from application.paired_statistics import Estimate
from interface.web.interval_plot import draw_intervals


def against(name: str, difference: float | None, *ends: float, binary: bool = True) -> Against:
    items = 0 if difference is None else 10
    paired = Paired(
        items=items,
        results=items,
        averaged=False,
        binary=binary,
        higher=1,
        lower=1,
        equal=8,
        both_right=4 if binary else None,
        first_mean=None if difference is None else 0.5,
        second_mean=None if difference is None else 0.5 + difference,
        difference=difference,
        left_out_first=LeftOut(),
        left_out_second=LeftOut(),
    )
    low, high = ends or (None, None)
    estimate = None if difference is None else Estimate(low, high, "some", 0.5, "some")
    return Against(name, "", "index", paired, estimate, None, ())


def drawn(*others: Against) -> ElementTree.Element:
    return ElementTree.fromstring(draw_intervals(Comparison("s", (), others)))


def texts(root: ElementTree.Element) -> Sequence[str]:
    return [each.text or "" for each in root.iter() if each.tag.endswith("text")]


def dots(root: ElementTree.Element) -> Sequence[float]:
    """Where the dots are, from left to right."""
    return sorted(float(each.attrib["cx"]) for each in root.iter() if each.tag.endswith("circle"))


def test_each_run_has_a_line_from_end_to_end_around_its_difference() -> None:
    root = drawn(against("B", 0.1, -0.05, 0.25), against("C", -0.2, -0.3, -0.1))
    assert {"B", "C", "0"} <= {*texts(root)}
    assert len(dots(root)) == 6
    low, middle, high = dots(drawn(against("B", 0.1, 0.0, 0.2)))
    assert middle - low == pytest.approx(high - middle, rel=0.01)


@pytest.mark.parametrize("size", [1e308, -1e308, 1e200, 2e15, 5e-324])
def test_differences_however_large_or_small_leave_the_others_their_lines(size: float) -> None:
    others = against("B", 0.1, 0.0, 0.2), against("C", size, binary=False)
    assert "B" in texts(drawn(*others))
    assert drawn(others[1]) is not None


def test_points_are_of_a_hundred_where_all_scores_are_bits() -> None:
    assert "20" in texts(drawn(against("B", 0.1, 0.0, 0.2)))
    assert "0.2" in texts(drawn(against("B", 0.1, 0.0, 0.2, binary=False)))
    mixed = drawn(against("B", 0.1, 0.0, 0.2), against("C", 0.1, 0.0, 0.2, binary=False))
    assert "20" not in texts(mixed)


@pytest.mark.parametrize(
    "others",
    [[against("B", None)], [against("B", 0.0)], [against("B", 0.0, 0.0, 0.0)],
     [against("B", 0.3), against("C", None)],
     [against(name, 1e300, -1e300, 1e300, binary=False) for name in "BC"]],
)  # fmt: skip
def test_what_has_no_interval_or_no_pair_is_drawn_as_far_as_it_goes(others: list[Against]) -> None:
    root = drawn(*others)
    shown = [other for other in others if other.paired.difference is not None]
    assert len(dots(root)) >= len(shown)
    assert "nan" not in ElementTree.tostring(root, "unicode").lower()


def test_it_is_the_same_each_time_and_runs_nothing() -> None:
    found = Comparison("s", (), [against("B", 0.1, 0.0, 0.2)])
    assert draw_intervals(found) == draw_intervals(found)
    assert not re.search(rb"<script|<title|<!--|href|on\w+=", draw_intervals(found))
