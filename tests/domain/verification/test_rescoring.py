from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.evaluation.scoring import METHODS
from domain.verification.checks import Check, Outcome
from domain.verification.report import Line
from scripts.bundle_by_hand import build, closed
from scripts.conformance_fixture import event_at, run_of, with_event, with_more, with_run
from scripts.recording_by_hand import Event, Recording
from scripts.recordings import (
    CHOICE,
    JUDGE,
    SMALL,
    answered,
    dataset,
    planned,
    registered,
    run,
    scored,
    sealed,
)
from tests.members import report_on
from tests.runs import TEXTS, VALUES


def rescored(recording: Recording, withhold: Collection[str] = ()) -> Line:
    report = report_on(closed(build(recording, withhold)))
    assert report.lines[Check.REPLAY].outcome is Outcome.PASSED
    return report.lines[Check.RESCORING]


def told(recording: Recording, *withhold: str) -> tuple[str, str]:
    line = rescored(recording, withhold)
    return line.outcome.value, line.detail


def one(scorer: Any, answer: Any, text: str | None, *scores: Event, **question: Any) -> Recording:
    """A run of one item, with one scorer."""
    row = Event(
        "dataset.item_added",
        parts={
            "answer": answer,
            "item": {"id": "q", "type": "open"},
            "question": {"inputs": "?", **question},
        },
    )
    events = registered(scorer), planned(0), Event("run.started"), answered(0, text), *scores
    return [dataset(row), run(*events)]


def by(method: str, **parameters: Any) -> dict[str, Any]:
    return {"method": method, "name": "s", "parameters": parameters}


def test_scores_that_are_computed_alike_pass() -> None:
    assert told(SMALL) == ("passed", "2 scores recomputed")


def test_a_score_that_is_not_that_of_the_response_is_told_with_both() -> None:
    line = rescored(with_event(7, scored(1, 1, "B")))
    (finding,) = line.findings
    assert finding.place == "item 1, epoch 1, scorer 0"
    assert (finding.expected, finding.found) == ("0 (understood: B)", "1 (understood: B)")


def test_what_was_extracted_may_be_left_out_and_not_be_another() -> None:
    silent = Event("item.scored", scored(1, 0, "B").facts, {"score": {"value": 0}})
    assert told(with_event(7, silent)) == ("passed", "2 scores recomputed")
    assert rescored(with_event(7, scored(1, 0, ["B"]))).outcome is Outcome.FAILED


@pytest.mark.parametrize("value", [0.0000000001, -1, 2, 0.9999999999999999])
def test_a_score_is_exactly_what_it_is(value: float) -> None:
    assert rescored(with_event(5, scored(0, value, "B"))).outcome is Outcome.FAILED


def test_a_judge_is_counted_and_not_recomputed() -> None:
    judged = with_event(1, registered(JUDGE))
    assert told(judged) == ("not shown", "0 scores recomputed, 2 not: scored by judge")


def test_a_revised_score_is_a_persons() -> None:
    facts = {"epoch": 1, "item": 1, "scorer": 0}
    revised = Event("score.revised", facts, {"score": {"value": 1}})
    again = with_run([*run_of(SMALL), revised, sealed()])
    assert told(again) == ("not shown", "1 scores recomputed, 1 not: revised by hand")


def test_an_answer_that_was_not_scored_is_counted() -> None:
    events = run_of(SMALL)
    dropped = with_run([*events[:6], *events[7:]])
    assert told(dropped) == ("not shown", "1 scores recomputed, 1 not: answered, and not scored")
    none = with_run([*events[:4], *events[7:]])
    assert told(none) == ("not shown", "0 scores recomputed, 1 not: answered, and not scored")


def test_a_run_without_scorers_or_answers_has_nothing_to_score() -> None:
    events = run_of(SMALL)
    assert told(with_run([*events[:3], *events[7:]])) == ("not shown", "nothing was scored")
    bare = with_run([registered(), *events[1:4], events[7], sealed()])
    assert told(bare) == ("not shown", "nothing was scored")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("answer", "answer not disclosed"),
        ("item", "item not disclosed"),
        ("question", "question not disclosed"),
        ("response", "response not disclosed"),
        ("score", "score not disclosed"),
        ("config", "the run's config is not disclosed"),
    ],
)
def test_what_is_not_disclosed_is_not_scored_again(kind: str, why: str) -> None:
    assert told(SMALL, kind) == ("not shown", f"0 scores recomputed, 2 not: {why}")


@pytest.mark.parametrize("kind", ["request", "environment", "rationale", "error", "annotation"])
def test_what_no_score_needs_may_be_withheld(kind: str) -> None:
    assert told(SMALL, kind) == ("passed", "2 scores recomputed")


def test_a_pattern_needs_no_answer() -> None:
    matched = one(by("regex", pattern="yes"), "secret", "yes", scored(0, 1, "yes"))
    assert told(matched, "answer", "item", "question") == ("passed", "1 scores recomputed")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*x", "(a?){100}a{100}", "^(a|aa)+$"])
def test_a_hostile_pattern_is_searched_in_linear_time_or_not_at_all(pattern: str) -> None:
    text = "a" * 2000 + "!"
    line = rescored(one(by("regex", pattern=pattern), None, text, scored(0, 0, None)))
    assert line.outcome in {Outcome.PASSED, Outcome.FAILED}


@pytest.mark.parametrize(
    "pattern",
    ["(a)\\1", "(?=a)", "((a{1000}){1000})", "a{1001}", "(" * 51 + ")" * 51, "[", "\\p{L}"],
)
def test_a_pattern_beyond_the_rules_is_not_shown(pattern: str) -> None:
    line = rescored(one(by("regex", pattern=pattern), None, "a", scored(0, 1, "a")))
    assert line.outcome is Outcome.NOT_SHOWN


@pytest.mark.parametrize(
    ("method", "answer", "text"),
    [
        ("exact_match", True, "true"),
        ("exact_match", {}, "{}"),
        ("numeric", "none", "1"),
        ("numeric", "1e401", "1"),
        ("multiple_choice", "A", "A"),
        ("set_f1", None, "a"),
    ],
)
def test_an_answer_beyond_the_rules_is_not_shown(method: str, answer: Any, text: str) -> None:
    line = rescored(one(by(method), answer, text, scored(0, 1, None)))
    assert line.outcome is Outcome.NOT_SHOWN


def test_each_scorer_is_compared_with_its_own() -> None:
    both = with_event(1, registered(CHOICE, JUDGE, CHOICE))
    wrong = with_more(6, scored(0, 0, "B", scorer=2), recording=both)
    (finding,) = rescored(wrong).findings
    assert finding.place == "item 0, epoch 1, scorer 2"


PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "articles": st.booleans(),
        "credit": st.sampled_from(["exact", "partial"]),
        "ignorecase": st.booleans(),
        "pattern": st.text("ab.*+?[]()|^$\\\\{1,}", min_size=1, max_size=12),
        "separator": st.text(min_size=1, max_size=2),
        "tolerance": st.sampled_from([0, 0.5, 1e308, 5e-324, 2**53 - 1]),
    },
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(METHODS)),
    PARAMETERS,
    VALUES | st.lists(TEXTS | st.sampled_from("AB"), max_size=3),
    st.none() | TEXTS | st.text("AaBb1.,-+eE%$() \n\u0301\u200b", max_size=30),
    st.lists(TEXTS, max_size=4),
)
def test_nothing_that_is_scored_brings_the_verifier_down(
    method: str, parameters: dict[str, Any], answer: Any, text: str | None, choices: list[str]
) -> None:
    known = METHODS[method].parameters
    kept = {name: value for name, value in parameters.items() if name in known}
    kept |= {"pattern": "a"} if method == "regex" and "pattern" not in kept else {}
    recording = one(by(method, **kept), answer, text, scored(0, 0, None), choices=choices)
    line = rescored(recording)
    assert line.outcome in set(Outcome)


def test_a_response_without_text_scores_0() -> None:
    silent = with_event(4, Event("item.answered", event_at(4).facts, {"response": {"text": None}}))
    assert rescored(silent).outcome is Outcome.FAILED
    fair = with_event(5, scored(0, 0, None), silent)
    assert rescored(fair).outcome is Outcome.PASSED
