"""Errors by kind and the lowest scores: bounded, and right whatever the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.rows import MOST_KINDS, FailedAlike, FailureKinds
from application.run_tally import MOST_LOWEST, Failures, _Ranks
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


def failed(item: int, error: Json, *undisclosed: str) -> tuple[Result, Content]:
    row = Content("dataset.item_added", "", {"section": 0}, {}, frozenset(), {})
    texts = {"error": encode(error)}
    outcome = Content("item.failed", "", {}, texts, frozenset(undisclosed), {})
    return Result(item, 1, 2, row, outcome, {}), outcome


def test_failures_are_told_by_kind_the_most_frequent_first() -> None:
    failures = Failures()
    for item, kind in enumerate(["c", "b", "a", "b"]):
        failures.add(*failed(item, {"kind": kind}))
    failures.add(*failed(4, {"kind": "b"}, "error"))
    failures.add(*failed(5, "gave up"))
    kinds = [FailedAlike("b", 2, 1, 1), FailedAlike("a", 1, 2, 1), FailedAlike("c", 1, 0, 1)]
    assert failures.by_kind() == FailureKinds(kinds, others=0, unnamed=1, undisclosed=1)


def test_what_errors_without_a_kind_say_is_told_beside() -> None:
    failures = Failures()
    errors: list[Json] = [{"message": "slow"}, "gave up", {"message": "slow"}, {}, [1]]
    for item, error in enumerate(errors):
        failures.add(*failed(item, error))
    assert failures.messages() == [FailedAlike("slow", 2, 0, 1), FailedAlike("gave up", 1, 1, 1)]
    assert failures.by_kind() == FailureKinds([], others=0, unnamed=5, undisclosed=0)


def test_kinds_beyond_a_limit_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.run_tally._MOST_IN_MEMORY", 30)
    failures = Failures()
    for item in range(40):
        failures.add(*failed(item, {"kind": f"request {item:02} failed"}))
    told = failures.by_kind()
    assert [kind.item for kind in told.kinds] == [*range(MOST_KINDS)]
    assert told.others == 40 - MOST_KINDS
