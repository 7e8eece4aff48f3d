import json
from typing import Any, cast

import pytest

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput
from infrastructure.log_sources.native_results import actions_of, take_epoch, take_item

AT: dict[str, Json] = {"item": 4, "epoch": 1}
Told = list[dict[str, Any]]


def told(*account: Account, **record: Any) -> Told:
    """The actions of a record, without item and epoch."""
    found = cast("Told", actions_of(record, AT, "line 1", *account or [Account()]))
    return [{k: v for k, v in action.items() if k not in AT} for action in found]


def noted(**record: Any) -> list[tuple[str, int]]:
    account = Account()
    told(account, **record)
    return [(note.what, note.times) for note in account.notes()]


def answered(**members: Any) -> dict[str, Any]:
    return {"type": "item.answered", **members}


def test_every_action_names_item_and_epoch() -> None:
    record: dict[str, Json] = {"error": "x", "attempts": [{"error": "y"}]}
    actions = list(actions_of(record, AT, "line 1", Account()))
    assert [(a["item"], a["epoch"]) for a in actions] == [(4, 1)] * len(actions)


@pytest.mark.parametrize(
    ("record", "item"),
    [
        ({"item_id": "a", "item": "b", "id": "c"}, "a"),
        ({"item": "b", "id": "c"}, "b"),
        ({"item": {"id": "d", "answer": 1}, "id": "c"}, "d"),
        ({"item": 3, "id": "c"}, "c"),
        ({"id": 17}, 17),
        ({"item_id": None, "id": "c"}, "c"),
        ({"name": "c"}, None),
        ({"item": {"name": "c"}, "id": "d"}, None),
    ],
)
def test_the_first_reference_to_an_item_counts(record: dict[str, Json], item: Json) -> None:
    assert take_item(record) == item


@pytest.mark.parametrize(("record", "epoch"), [({}, 1), ({"epoch": None}, 1), ({"epoch": 3}, 3)])
def test_an_epoch_is_1_where_none_is_said(record: dict[str, Json], epoch: int) -> None:
    assert take_epoch(record, "x") == epoch


@pytest.mark.parametrize("epoch", [0, -1, 10_001, True, 1.0, "1"])
def test_what_is_no_epoch_is_refused(epoch: Json) -> None:
    with pytest.raises(InvalidInput, match="line 1, epoch"):
        take_epoch({"epoch": epoch}, "line 1")


def test_a_text_is_the_response() -> None:
    assert told(response="Paris") == [answered(response={"text": "Paris"})]
    assert told(completion="", output=None) == [
        answered(response={"text": "", "result": {"output": None}})
    ]


def test_of_an_object_the_text_is_taken_and_the_rest_kept() -> None:
    given = {"content": "Paris", "finish_reason": "stop"}
    expected = {"text": "Paris", "response": {"finish_reason": "stop"}}
    assert told(output=given) == [answered(response=expected)]


def test_a_response_without_a_text_is_kept_and_noted() -> None:
    assert told(response=["A", "C"]) == [answered(response={"text": None, "response": ["A", "C"]})]
    assert noted(response=["A", "C"]) == [("a response without a text: null", 1)]


def test_what_is_not_recognised_stays_in_the_response() -> None:
    result = {"trace": [1, {"x": None}], "status": "ok"}
    assert told(response="A", **result) == [answered(response={"text": "A", "result": result})]


def test_what_holds_the_question_goes_to_the_request() -> None:
    asked = {"prompt": "Which one?", "item": {"id": "q", "answer": "A"}}
    assert told(response="A", **asked) == [answered(request=asked, response={"text": "A"})]
    attempt, _ = told(error="x", **asked)
    assert attempt["request"] == asked


@pytest.mark.parametrize(
    ("record", "facts", "rest"),
    [
        ({"latency_ms": 12}, {"latency_ms": 12}, {}),
        ({"latency_ms": 12.6}, {"latency_ms": 13}, {"latency_ms": 12.6}),
        ({"latency_s": 1.5}, {"latency_ms": 1500}, {"latency_s": 1.5}),
        ({"latency_ms": -1}, {}, {"latency_ms": -1}),
        ({"latency_ms": 1e300}, {}, {"latency_ms": 1e300}),
        ({"latency_ms": True}, {}, {"latency_ms": True}),
        ({"latency_ms": "9"}, {}, {"latency_ms": "9"}),
        ({"prompt_tokens": 7}, {"tokens_in": 7}, {"prompt_tokens": 7}),
        ({"tokens_in": 7, "tokens_out": 2}, {"tokens_in": 7, "tokens_out": 2}, {}),
    ],
)
def test_whole_numbers_become_facts_and_nothing_is_lost(
    record: dict[str, Any], facts: dict[str, int], rest: dict[str, Any]
) -> None:
    part = {"text": "A", "result": rest} if rest else {"text": "A"}
    assert told(response="A", **record) == [answered(**facts, response=part)]


def test_a_latency_without_a_unit_is_not_guessed() -> None:
    assert told(response="A", latency=2) == [
        answered(response={"text": "A", "result": {"latency": 2}})
    ]
    assert noted(response="A", latency=2) == [
        ("a latency that names no unit: kept in the response only", 1)
    ]


def test_a_time_with_its_zone_is_claimed_in_utc() -> None:
    times = {"finished_at": "2025-10-21T10:00:00+02:00"}
    (action,) = told(response="A", **times)
    assert action["occurred"] == "2025-10-21T08:00:00.000000Z"
    assert action["response"]["result"] == times


@pytest.mark.parametrize(
    ("score", "part"),
    [
        (0.5, {"value": 0.5}),
        (True, {"value": 1}),
        (False, {"value": 0}),
        ({"value": 1, "why": "same"}, {"value": 1, "why": "same"}),
        ({"score": 0, "passed": False}, {"value": 0, "passed": False}),
    ],
)
def test_a_score_is_kept_as_a_number_with_what_came_with_it(score: Any, part: Any) -> None:
    _, scored = told(response="A", score=score)
    assert scored == {"type": "item.scored", "scorer": 0, "score": part}


@pytest.mark.parametrize("score", ["NaN", "good", {"label": "good"}, [1]])
def test_what_is_no_number_is_no_score_and_stays(score: Any) -> None:
    account = Account()
    (action,) = told(account, response="A", score=score)
    assert action["response"]["result"] == {"score": score}
    assert account.found["scores"] == 1
    assert [n.what for n in account.notes()] == [
        "a score that is no number: kept in the response only"
    ]


def test_a_score_alone_means_an_answer_that_is_not_there() -> None:
    assert [action["type"] for action in told(value=1)] == ["item.answered", "item.scored"]
    assert noted(value=1) == [("a response without a text: null", 1)]


def test_an_error_without_a_response_is_a_failed_item() -> None:
    error = {"code": 429, "message": "slow down"}
    assert told(error=error, latency_ms=5, response=None, score=0) == [
        {
            "type": "item.attempt_failed",
            "latency_ms": 5,
            "error": {"error": error, "response": None, "score": 0},
        },
        {"type": "item.failed", "error": error},
    ]
    assert noted(error=error, score=0) == [
        ("a score of a failed result: kept with its error only", 1)
    ]


def test_an_error_beside_a_response_does_not_undo_it() -> None:
    (action,) = told(response="A", error="the judge gave up")
    assert action["response"] == {"text": "A", "result": {"error": "the judge gave up"}}


def test_a_status_of_failed_wins_over_a_response() -> None:
    attempt, failed = told(status="Failed", response="half an ans")
    assert attempt["response"] == {"text": "half an ans"}
    assert failed == {"type": "item.failed", "error": "Failed"}


@pytest.mark.parametrize("error", [None, "", {}, [], False])
def test_an_empty_error_is_none(error: Any) -> None:
    assert [action["type"] for action in told(response=None, score=1, error=error)] == [
        "item.answered",
        "item.scored",
    ]


def test_attempts_that_are_listed_are_attempts() -> None:
    attempts = [{"error": "a", "latency_ms": 3, "prompt": "p"}, {"error": "b"}, {"ok": True}]
    first, second, last = told(response="A", attempts=attempts)
    assert first == {
        "type": "item.attempt_failed",
        "latency_ms": 3,
        "request": {"prompt": "p"},
        "error": {"error": "a"},
    }
    assert second == {"type": "item.attempt_failed", "error": {"error": "b"}}
    assert last == answered(response={"text": "A", "result": {"attempts": [{"ok": True}]}})


def test_of_a_failed_result_the_listed_attempts_are_all_there_are() -> None:
    first, second, failed = told(error="gave up", attempts=[{"error": "a"}, {"error": "b"}])
    assert [first["error"], second["error"]] == [{"error": "a"}, {"error": "b"}]
    assert failed == {"type": "item.failed", "error": {"error": "gave up"}}


@pytest.mark.parametrize("attempts", [3, [], ["timeout"], [{"ok": 1}, {"error": "b"}], [1, 2]])
def test_attempts_that_tell_no_errors_are_kept_as_they_are(attempts: Any) -> None:
    (action,) = told(response="A", attempts=attempts)
    assert action["response"]["result"] == {"attempts": attempts}


def test_a_result_that_says_nothing_is_an_annotation() -> None:
    record = {"status": "pending", "response": None}
    assert told(**record) == [{"type": "run.annotated", "annotation": record}]
    assert noted(**record) == [("a result without response, score and error: an annotation", 1)]


def test_nothing_of_a_record_is_lost() -> None:
    record = {
        "response": {"text": "t1", "x": "t2"},
        "prompt": "t3",
        "score": {"value": 0.125, "why": "t4"},
        "attempts": [{"error": "t5"}, {"y": "t6"}],
        "finished_at": "t7",
        "latency_ms": 987,
        "error": {"z": "t8"},
        "a": {"b": ["t9"]},
        "tokens_in": 654,
    }
    text = json.dumps(told(**json.loads(json.dumps(record))))
    for leaf in [*(f'"t{number}"' for number in range(1, 10)), "0.125", "987", "654"]:
        assert leaf in text
