from typing import Any

import pytest

from application.log_source import Account
from domain.evaluation.config import check_run_config
from infrastructure.log_sources.inspect_logs.scores import Scorers, scored, scores_of

AT: Any = {"item": 4, "epoch": 2}
AUTHOR = {"author": "ann", "reason": "typo", "timestamp": "2025-10-01T12:00:00+02:00"}


def told(scores: Any) -> tuple[Any, Account]:
    scorers, account = Scorers(), Account()
    scorers.survey(scores)
    return scored(scores, scorers, AT, "place", account), account


@pytest.mark.parametrize(
    ("value", "number"),
    [("C", 1), ("I", 0), ("P", 0.5), ("N", 0), (True, 1), (False, 0), ("yes", 1), ("FALSE", 0),
     ("0.25", 0.25)],
)  # fmt: skip
def test_letters_words_and_digits_count_as_inspect_counts_them(value: Any, number: float) -> None:
    result, account = told({"match": {"value": value}})
    assert result.actions == [
        {
            "type": "item.scored", **AT, "scorer": 0,
            "score": {"value": number, "original": value},
        },
    ]  # fmt: skip
    assert result.numbers == [("match", number)]
    assert account.notes()[0].what.startswith("a score that is a letter, a word or a truth value")


def test_a_number_is_the_score_itself() -> None:
    result, account = told({"match": {"value": 0.65}})
    assert (result.actions[0]["score"], account.notes()) == ({"value": 0.65}, [])


@pytest.mark.parametrize("value", ["maybe", "NaN", "Infinity", "1e999", [1, 0], None])
def test_what_is_no_number_is_kept_as_it_is(value: Any) -> None:
    score = {"value": value, "answer": "x"}
    result, account = told({"match": score})
    assert (result.actions, result.kept) == ([], {"match": score})
    assert (account.found["scores"], len(account.notes())) == (1, 1)


def test_answer_explanation_and_all_else_are_kept() -> None:
    score = {"value": 1, "answer": "B", "explanation": "why", "metadata": {"k": [1]}, "new": "x"}
    [action] = told({"match": score})[0].actions
    assert action["rationale"] == "why"
    assert action["score"] == {"value": 1, "extracted": "B", "metadata": {"k": [1]}, "new": "x"}


def test_each_scorer_has_its_number_in_order_of_appearance() -> None:
    scorers = Scorers()
    scorers.survey({"b": {"value": 1}})
    scorers.survey({"a": {"value": 1}, "b": {"value": 0}})
    assert (scorers.number("b"), scorers.number("a"), scorers.number("c")) == (0, 1, None)


def test_a_score_of_several_values_counts_for_several_scorers() -> None:
    score = {"value": {"right": "C", "short": 0.5}, "explanation": "why", "metadata": {"k": 1}}
    result, account = told({"judge": score})
    assert result.numbers == [("judge/right", 1), ("judge/short", 0.5)]
    assert [action.get("rationale") for action in result.actions] == ["why", None]
    assert account.found["scores"] == 2


def test_scorers_are_external_with_what_the_header_says_of_them() -> None:
    scorers = Scorers()
    scorers.survey({"match": {"value": 1}, "judge": {"value": {"a": 1}}, "x" * 200: {"value": 1}})
    declared: Any = [{"name": "match", "options": {"location": "end"}}, {"name": "judge"}, "odd"]
    definitions = scorers.definitions(declared)
    config: Any = {"provider": "p", "model": "m", "scorers": definitions}
    check_run_config(config, 3, "x")
    assert definitions[0] == {
        "method": "external", "name": "match", "parameters": declared[0],
    }  # fmt: skip
    assert scorers.definitions(None)[0] == {
        "method": "external", "name": "match", "parameters": {},
    }  # fmt: skip


def test_no_more_scorers_than_a_run_can_have() -> None:
    scores: Any = {f"s{number}": {"value": 1} for number in range(50)}
    result, account = told(scores)
    assert (len(result.actions), len(result.kept), account.found["scores"]) == (40, 10, 50)


def test_edits_become_revisions_with_their_provenance() -> None:
    score = {
        "value": "C",
        "answer": "B",
        "explanation": "better",
        "history": [
            {"value": "I", "answer": "B", "explanation": "bad", "metadata": {}, "provenance": None},
            {"value": "P", "explanation": "UNCHANGED", "provenance": {"author": "bob"}},
            {"value": "C", "answer": "UNCHANGED", "explanation": "better", "provenance": AUTHOR},
        ],
    }
    result = told({"match": score})[0]
    [first], (second, third) = result.actions, result.revisions
    assert first["type"] == "item.scored"
    assert (first["score"], first["rationale"]) == (
        {"value": 0, "original": "I", "extracted": "B"},
        "bad",
    )
    assert (second["type"], second["rationale"]) == ("score.revised", "bad")
    assert second["score"]["provenance"] == {"author": "bob"}
    assert third["score"] == {
        "value": 1, "original": "C", "extracted": "B", "provenance": AUTHOR,
    }  # fmt: skip
    assert third["occurred"] == "2025-10-01T10:00:00.000000Z"


def test_states_without_a_number_are_no_scores_but_kept() -> None:
    history = [{"value": "NaN", "provenance": None}, {"value": 1, "provenance": AUTHOR}]
    result = told({"match": {"value": 1, "history": history}})[0]
    [action], revisions = result.actions, result.revisions
    assert not revisions
    assert action["type"] == "item.scored"
    assert action["score"]["history"] == history


def test_values_are_those_of_each_key_at_each_state() -> None:
    history = [{"value": {"a": 0, "b": 1}, "provenance": None}, {"value": {"a": 1, "b": 1}}]
    score = {"value": {"a": 1, "b": 1}, "history": history}
    result = told({"two": score})[0]
    actions: Any = [*result.actions, *result.revisions]
    assert [action["score"]["value"] for action in actions] == [0, 1, 1, 1]
    assert [action["scorer"] for action in actions] == [0, 1, 0, 1]


def test_a_run_without_an_end_keeps_edits_as_they_are() -> None:
    score: Any = {"value": 1, "history": [{"value": 0}, {"value": 1, "provenance": AUTHOR}]}
    scorers = Scorers(revisable=False)
    scorers.survey({"match": score})
    result: Any = scored({"match": score}, scorers, AT, "place", Account())
    assert (result.actions[0]["score"]["history"], result.revisions) == (score["history"], [])


def test_the_first_version_has_one_score_without_a_name() -> None:
    assert scores_of({"score": {"value": 1}}) == {"score": {"value": 1}}
    assert scores_of({"scores": None, "score": None}) == {}
