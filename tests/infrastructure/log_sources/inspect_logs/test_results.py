from typing import Any

import pytest

from application.log_source import Account
from infrastructure.log_sources.asset_spill import AssetSpill
from infrastructure.log_sources.inspect_logs.media import Media
from infrastructure.log_sources.inspect_logs.results import actions_of
from infrastructure.log_sources.inspect_logs.samples import Sample
from infrastructure.log_sources.inspect_logs.scores import Scored
from tests.inspect_logs import message, sample

AT: Any = {"item": 4, "epoch": 2}


def told(scored: Scored | None = None, **more: Any) -> tuple[list[Any], Account]:
    account = Account()
    members = {n: v for n, v in sample(1, **more).items() if n not in {"events", "attachments"}}
    spill = AssetSpill()
    spill.close()  # nothing here is media
    read = Sample("place", 0, members, Media({}, spill, "place", account))
    scored = scored or Scored([], [], {}, [])
    return list(actions_of(read, scored, AT, "openai/gpt-5", account)), account


def answered(**more: Any) -> Any:
    [action], _ = told(**more)
    return action


def test_an_answer_has_its_claims_as_facts() -> None:
    action = answered()
    assert {n: v for n, v in action.items() if n not in {"request", "response"}} == {
        "type": "item.answered", **AT, "occurred": "2025-09-15T19:04:40.000000Z",
        "latency_ms": 1500, "tokens_in": 7, "tokens_out": 3,
    }  # fmt: skip


def test_request_and_response_together_are_the_conversation() -> None:
    call = message("assistant", "", tool_calls=[{"id": "1", "function": "add"}])
    messages = [message("user", "?"), call, message("tool", "4"), message("assistant", "four")]
    action = answered(messages=messages)
    assert action["request"] == {"messages": messages[:1]}
    assert action["response"]["messages"] == messages[1:]


def test_answers_that_the_input_gives_belong_to_the_request() -> None:
    given = [message("user", "1?"), message("assistant", "one"), message("user", "2?")]
    messages = [message("system", "s"), *given, message("assistant", "two")]
    action = answered(input=given, messages=messages)
    assert action["request"] == {"messages": messages[:4]}


def test_without_messages_the_input_is_the_request() -> None:
    assert answered(messages=None)["request"] == {"messages": [message("user", "Which one is 1?")]}


def test_a_choice_does_not_repeat_its_message() -> None:
    response = answered()["response"]
    assert response["output"] == {"model": "gpt-5", "choices": [{"stop_reason": "stop"}]}
    other = message("assistant", "else")
    assert answered(output={"choices": [{"message": other}]})["response"]["output"] == {
        "choices": [{"message": other}]
    }


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ({"completion": "a"}, "a"),
        ({"completion": "", "choices": [{"message": {"content": ""}}]}, ""),
        ({"choices": [{"message": {"content": "b"}}]}, "b"),
        (
            {"choices": [{"message": {"content": [
                {"type": "reasoning"}, {"text": "c"}, {"text": "d"}, "e",
            ]}}]},
            "cd",
        ),
        ({}, "Paris"),
        ({"completion": "", "choices": []}, "Paris"),
    ],
)  # fmt: skip
def test_the_text_is_what_the_model_said_in_the_end(output: Any, text: str) -> None:
    assert answered(output=output)["response"]["text"] == text


def test_a_model_that_said_nothing_has_no_text() -> None:
    [action], account = told(output={"choices": []}, messages=[message("user", "?")])
    assert action["response"]["text"] is None
    assert [note.what for note in account.notes()] == ["a response without a text: null"]


def test_what_is_not_known_is_kept() -> None:
    response = answered(limit={"type": "token"}, uuid="u", new=[1], empty={})["response"]
    assert response["sample"] == {
        "model_usage": {"openai/gpt-5": {"input_tokens": 7, "output_tokens": 3}},
        "completed_at": "2025-09-15T19:04:40+00:00",
        "working_time": 1.5, "total_time": 2.0, "limit": {"type": "token"}, "uuid": "u", "new": [1],
    }  # fmt: skip


def test_an_error_is_a_failed_attempt_with_what_came_and_a_failure() -> None:
    error = {"message": "boom", "traceback": "t", "traceback_ansi": "\x1b[31mt"}
    kept: Any = {"match": {"value": 1}}
    (attempt, failed), account = told(Scored([], [], kept, []), error=error)
    assert (attempt["type"], failed["type"]) == ("item.attempt_failed", "item.failed")
    assert attempt["error"] == failed["error"] == {"message": "boom", "traceback": "t"}
    assert (attempt["response"]["text"], attempt["response"]["scores"]) == ("Paris", kept)
    assert account.found["failed attempts"] == 1


def test_retries_are_failed_attempts_before_the_answer() -> None:
    retries = [{"message": "one", "events": [1]}, {"message": "two"}]
    actions, account = told(error_retries=retries)
    assert [action["type"] for action in actions] == [
        *("item.attempt_failed", "item.attempt_failed", "item.answered")
    ]
    assert [action["error"] for action in actions[:2]] == [{"message": "one"}, {"message": "two"}]
    assert account.found["failed attempts"] == 2


def test_a_time_without_its_zone_is_no_claim() -> None:
    [action], account = told(completed_at="2025-09-15T19:04:40")
    assert "occurred" not in action
    assert [note.what for note in account.notes()] == ["a time without its zone: kept as text only"]


@pytest.mark.parametrize(
    ("more", "latency"),
    [({"working_time": None}, 2000), ({"working_time": -1}, None), ({"working_time": True}, 2000),
     ({"working_time": None, "total_time": None, "output": {"time": 0.25}}, 250)],
)  # fmt: skip
def test_the_latency_is_the_first_time_that_is_stated(more: Any, latency: int | None) -> None:
    assert answered(**more).get("latency_ms") == latency


def test_tokens_of_other_models_do_not_count() -> None:
    usage = {"openai/grader": {"input_tokens": 9}}
    action = answered(model_usage=usage, output={"completion": "a", "usage": {"output_tokens": 5}})
    assert (action.get("tokens_in"), action["tokens_out"]) == (None, 5)
