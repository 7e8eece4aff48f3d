"""The demo's harness: every attempt is told, as it happens, in actions that an archive takes."""

import json
import platform
from importlib.resources import files
from typing import Any

from application.actions import action_of
from interface.demo.harness import environment, run_actions

LINES = files("interface.demo").joinpath("dataset.jsonl").read_text().splitlines()
ROWS: list[dict[str, Any]] = [action["row"] for action in map(json.loads, LINES) if "row" in action]


def told(outside: str) -> list[dict[str, Any]]:
    return [action for action in run_actions(ROWS) if action.get("item") == outside]


def test_the_dataset_has_what_the_story_says_it_has() -> None:
    assert len(ROWS) == 24
    assert len({row["meta"]["section"] for row in ROWS}) == 3
    assert len({row["id"] for row in ROWS}) == 24


def test_every_action_is_one_that_can_be_recorded() -> None:
    for action in run_actions(ROWS):
        action_of(action, "action")


def test_every_item_ends_in_an_answer_or_an_explicit_failure() -> None:
    ended = {"item.answered", "item.failed"}
    ends = [action["item"] for action in run_actions(ROWS) if action["type"] in ended]
    assert ends == [row["id"] for row in ROWS]


def test_what_needs_patience_is_answered_at_the_second_attempt() -> None:
    first, second = told("calendar-3")
    assert (first["type"], second["type"]) == ("item.attempt_failed", "item.answered")
    assert second["request"]["patience"] == 2 * first["request"]["patience"]


def test_what_has_no_value_fails_with_its_error() -> None:
    *attempts, failed = told("arithmetic-7")
    assert [action["type"] for action in attempts] == ["item.attempt_failed"] * 2
    assert failed["type"] == "item.failed"
    assert failed["error"] == {"message": "84 / 0 has no value"}


def test_an_answer_is_asked_for_only_when_the_one_before_is_taken() -> None:
    actions = run_actions([ROWS[0], {"id": "broken"}])
    assert [next(actions)["type"] for _ in range(4)][-1] == "item.answered"


def test_the_program_is_asked_by_the_text_that_is_recorded() -> None:
    (answered,) = told("arithmetic-8")
    assert answered["request"]["prompt"] == "What is 7 * 8?\nA) 54\nB) 56\nC) 58\nD) 64"


def test_the_environment_names_neither_host_nor_user() -> None:
    assert environment().keys() == {"eval752", "platform", "python"}
    assert environment()["platform"] == f"{platform.system()} {platform.machine()}"
