"""Failures by kind and the lowest scores: bounded, and right whatever the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.run_tally import _KINDS_COUNTED, MOST_LOWEST, Failures, _Ranks, kind_of
from domain.bundle.reading import Content, Result
from domain.canonical import Json, encode


@given(st.lists(st.sampled_from([0, 0.25, 0.5, 1, -3, 1e300]), max_size=60))
def test_the_lowest_are_those_that_sorting_finds(values: list[float]) -> None:
    ranks = _Ranks()
    for item, value in enumerate(values):
        ranks.add(value, item, 1)
    below = sorted((value, item) for item, value in enumerate(values) if value != max(values))
    assert ranks.places() == [(item, 1) for _, item in below[:MOST_LOWEST]]
    assert ranks.count - ranks.ties == len(below)
    assert ranks.highest == max(values, default=None)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "m", "kind": "timeout"}, "timeout"),
        ({"code": 429, "message": "slow down"}, "429"),
        ({"message": "x" * 200}, "x" * 100),
        ({"kind": "", "type": "Refused"}, "Refused"),
        ("a text", "a text"),
        ({"kind": ["a", "list"]}, "no kind"),
        ({}, "no kind"),
        (None, "no kind"),
    ],
)
def test_a_kind_is_what_an_error_calls_itself(error: Json, kind: str) -> None:
    assert kind_of(error) == kind


def failed(item: int, error: Json, *undisclosed: str) -> tuple[Result, Content]:
    row = Content("dataset.item_added", "", {"section": 0}, {}, frozenset(), {})
    texts = {"error": encode(error)}
    outcome = Content("item.failed", "", {}, texts, frozenset(undisclosed), {})
    return Result(item, 1, 2, row, outcome, {}), outcome


def test_failures_are_told_by_kind_the_most_frequent_first() -> None:
    failures = Failures()
    for item, kind in enumerate(["a", "b", "c", "b"]):
        failures.add(*failed(item, {"kind": kind}))
    failures.add(*failed(4, {"kind": "b"}, "error"))
    assert [tuple(kind) for kind in failures.kinds] == [
        ("b", 2, 1, 1),
        ("a", 1, 0, 1),
        ("c", 1, 2, 1),
    ]
    assert (failures.count, failures.undisclosed, failures.others) == (5, 1, 0)


def test_kinds_beyond_a_limit_are_counted_together() -> None:
    failures = Failures()
    for item in range(_KINDS_COUNTED + 10):
        failures.add(*failed(item, f"request {item} failed"))
    assert len(failures.kinds) == _KINDS_COUNTED
    assert (failures.count, failures.others) == (_KINDS_COUNTED + 10, 10)
