"""How much of a bundle is scored again. Not here: how each score is compared."""

from typing import Any

import pytest

from domain.evaluation.scoring import ScoredItem, score
from domain.verification import rescoring
from domain.verification.checks import Outcome
from scripts.conformance_fixture import with_event
from scripts.recording_by_hand import Event, Recording
from scripts.recordings import (
    JUDGE,
    SMALL,
    added,
    answered,
    dataset,
    planned,
    registered,
    run,
    scored,
)
from tests.domain.verification.test_rescoring import by, one, rescored, told

ITEM = ScoredItem("open", [], "7")
HEAVY = by("regex", pattern="(a{1000}){9}")
"""Of size 9,000: of such scores for 400 bytes, a small bundle is given the work of eighteen."""


def heavy(*scorers: Any, epochs: int = 30, name: str = "heavy", last: Any = None) -> Recording:
    """One item, answered in each epoch, scored from the last scorer to the first.

    ``last`` is what the last epoch's scores extracted, where nothing is right.
    """
    begin = registered(*scorers), planned(0, epochs=epochs), Event("run.started")
    events: list[Event] = []
    for epoch in range(1, epochs + 1):
        events.append(answered(0, "b" * 389, epoch=epoch))
        extracted = last if epoch == epochs else None
        numbers = reversed(range(len(scorers)))
        events.extend(scored(0, 0, extracted, epoch=epoch, scorer=number) for number in numbers)
    return [dataset(added(1), name=name), run(*begin, *events)]


def test_what_is_beyond_the_work_for_a_bundle_is_not_shown_and_never_failed() -> None:
    beyond = "18 scores recomputed, 12 not: beyond the "
    outcome, detail = told(heavy(HEAVY, last="a lie"))
    assert (outcome, detail[: len(beyond)]) == ("not shown", beyond)
    assert rescored(heavy(HEAVY, epochs=18, last="a lie")).outcome is Outcome.FAILED


def test_a_larger_bundle_is_given_more_work() -> None:
    larger = heavy(HEAVY, name="x" * 700_000)
    assert told(larger) == ("passed", "30 scores recomputed")


def test_a_score_that_takes_little_is_recomputed_behind_those_that_take_too_much() -> None:
    (finding,) = rescored(heavy(HEAVY, by("regex", pattern="a"), last="a lie")).findings
    assert finding.place == "item 0, epoch 30, scorer 1"


def test_scores_are_taken_by_epoch_and_then_by_scorer_however_they_were_recorded() -> None:
    found = rescored(heavy(HEAVY, HEAVY, HEAVY, HEAVY, epochs=5, last="a lie")).findings
    assert [finding.place[-17:] for finding in found] == ["epoch 5, scorer 0", "epoch 5, scorer 1"]


@pytest.mark.parametrize(("scorers", "length"), [(40, 1500), (4, 20_000)])
def test_simple_scorers_stay_within_what_their_own_scores_bring(
    monkeypatch: pytest.MonkeyPatch, scorers: int, length: int
) -> None:
    monkeypatch.setattr(rescoring, "FREE_BYTES", 0)
    simple = [by("exact_match"), by("numeric"), by("set_f1"), by("regex", pattern="(yes|no)[.!]$")]
    asked = [simple[number % 4] for number in range(scorers)]
    text = "so " * (length // 3)
    right = [score(each["method"], each["parameters"], text, ITEM) for each in asked]
    events = [scored(0, *each, scorer=number) for number, each in enumerate(right)]
    recording = one(simple[0], ITEM.answer, text, *events)
    begun = with_event(1, registered(*asked), recording)
    assert told(begun) == ("passed", f"{scorers} scores recomputed")


def test_what_is_not_recomputable_anyway_takes_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "STEPS_PER_BYTE", 0)
    assert told(SMALL)[1].startswith("0 scores recomputed, 2 not: beyond the 0 steps")
    assert told(with_event(1, registered(JUDGE)))[1].endswith("2 not: scored by judge")
    assert told(SMALL, "answer")[1].endswith("2 not: answer not disclosed")
