from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.evaluation.plan import Plan
from domain.evaluation.results import ANSWERED, OUTCOMES
from domain.evaluation.summary import ScoreTally, Summary

SECTIONS, SCORERS = 3, 2
VALUES = st.none() | st.integers(-5, 5) | st.floats(-1e6, 1e6) | st.sampled_from([0.1, 1e300, -0.0])


class Counted(NamedTuple):
    section: int
    outcome: int
    attempts: int
    latency_ms: int | None
    scores: dict[int, int | float | None]

    @property
    def bits(self) -> int:
        return self.outcome | self.attempts << 2


RESULTS = st.lists(
    st.builds(
        Counted,
        section=st.integers(0, SECTIONS - 1),
        outcome=st.integers(0, 2),
        attempts=st.integers(1, 9),
        latency_ms=st.none() | st.integers(0, 5000) | st.just(2**53 - 1),
        scores=st.dictionaries(st.integers(0, SCORERS - 1), VALUES),
    ),
    max_size=25,
)


def summed(results: list[Counted]) -> dict[str, Any]:
    summary = Summary(SECTIONS)
    for each in results:
        summary.add(each.section, each.bits, each.latency_ms, each.scores.items(), planned=False)
    return summary.to_json("completed", SCORERS)


def plainly(results: list[Counted]) -> dict[str, Any]:
    """The same by the definitions of the page, with fractions."""
    outcomes = [OUTCOMES[each.outcome] for each in results]
    told: dict[str, Any] = {name: outcomes.count(name) for name in OUTCOMES}
    answers = sum(each.outcome == ANSWERED for each in results)
    told["attempts_failed"] = sum(each.attempts for each in results) - answers
    if ended := told["answered"] + told["failed"]:
        told["error_rate"] = float(Fraction(told["failed"], ended))
    if latencies := sorted(each.latency_ms for each in results if each.latency_ms is not None):
        told["latency_ms"] = {
            f"p{percent}": next(
                value
                for value in latencies
                if 100 * sum(other <= value for other in latencies) >= percent * len(latencies)
            )
            for percent in (50, 90, 99)
        }
    told["scores"] = [_scores([e.scores[n] for e in results if n in e.scores]) for n in range(2)]
    return told


def _scores(values: list[int | float | None]) -> dict[str, Any]:
    shown = [Fraction(value) for value in values if value is not None]
    told: dict[str, Any] = {"scored": len(values)}
    if len(shown) < len(values):
        return {**told, "undisclosed": len(values) - len(shown)}
    return {**told, "mean": float(sum(shown, Fraction()) / len(shown))} if shown else told


@given(RESULTS, st.randoms())
def test_a_summary_is_what_the_page_defines_in_any_order(results, random) -> None:  # type: ignore[no-untyped-def]  # values of hypothesis
    told = summed(results)
    assert told["all"] == plainly(results)
    for section, tally in enumerate(told["sections"]):
        assert tally == plainly([each for each in results if each.section == section])
    random.shuffle(results)
    assert summed(results) == told


@settings(max_examples=50)
@given(st.lists(st.integers(0, SECTIONS - 1), max_size=12), st.integers(1, 3), st.data())
def test_what_is_planned_is_open_until_it_has_ended(
    sections: list[int], epochs: int, data: st.DataObject
) -> None:
    summary, plan = Summary(SECTIONS), Plan()
    last = data.draw(st.integers(-1, len(sections) - 1))
    if last >= 0:
        plan.extend(epochs, [[0, last]])
    summary.plan(plan, sections)
    ended = data.draw(st.sets(st.sampled_from(range(len(sections))))) if sections else set[int]()
    for item in ended:
        planned = plan.includes(item, 1)
        summary.add(sections[item], ANSWERED | 1 << 2, None, [], planned=planned)
    told: dict[str, Any] = summary.to_json("running", 0)
    for section, tally in enumerate([told["all"], *told["sections"]], -1):
        here = [n for n, each in enumerate(sections) if section in {-1, each}]
        in_plan = [item for item in here if item <= last]
        assert tally.get("planned") == (len(in_plan) * epochs if last >= 0 else None)
        assert tally["open"] == len(in_plan) * epochs - len(ended & {*in_plan})
        assert tally["answered"] == len(ended & {*here})


def test_nothing_is_told_that_does_not_apply() -> None:
    told = Summary(0).to_json("pending", 1)
    empty = {"answered": 0, "attempts_failed": 0, "failed": 0, "open": 0, "scores": [{"scored": 0}]}
    assert told == {"all": empty, "sections": [], "status": "pending"}


def test_a_mean_is_not_told_where_a_score_is_not_disclosed() -> None:
    tally = ScoreTally()
    for value in (1, None, 1):
        tally.add(value)
    assert tally.to_json() == {"scored": 3, "undisclosed": 1}


def test_scores_that_are_no_numbers_never_get_this_far() -> None:
    with pytest.raises(InvalidInput, match="finite"):
        ScoreTally().add(float("nan"))
