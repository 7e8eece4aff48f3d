import pytest

from domain.canonical import Json
from domain.evaluation.failures import MOST_CHARACTERS, error_kind, error_message


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "m", "kind": "timeout"}, "timeout"),
        ({"code": 429, "message": "slow down"}, "429"),
        ({"kind": "", "type": " ", "name": "AbortError"}, "AbortError"),
        ({"kind": "x" * 200}, "x" * MOST_CHARACTERS),
        ({"error": {"code": "rate_limit", "message": "slow down"}}, "rate_limit"),
        ({"kind": "outer", "error": {"kind": "inner"}}, "outer"),
        ({"error": {"error": {"kind": "too deep"}}}, ""),
        ({"kind": ["a", "list"], "code": True, "type": 1.5}, ""),
        ({"message": "TimeoutError: 30 s", "traceback": "TimeoutError"}, ""),
        ("TimeoutError: 30 s", ""),
        ([{"kind": "timeout"}], ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_kind_is_what_an_error_states_and_nothing_that_it_says(error: Json, kind: str) -> None:
    assert error_kind(error) == kind


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("gave up", "gave up"),
        ({"message": "x" * 200, "traceback": "t"}, "x" * MOST_CHARACTERS),
        ({"error": "gave up", "status": "failed"}, "gave up"),
        ({"error": {"message": "slow down"}}, "slow down"),
        ({"message": 7}, ""),
        (None, ""),
    ],
)
def test_a_message_is_what_an_error_says_in_words(error: Json, message: str) -> None:
    assert error_message(error) == message
