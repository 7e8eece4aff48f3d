"""Roles, permissions and what a token sees, as docs/api.md says them."""

import re
from pathlib import Path

import pytest

from application.access import ALLOWED, MAIN, NEEDS_ERASE, Permission, Place, Principal, Role
from application.ports import StreamKey
from domain.evaluation.events import TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
RUN, DATASET = StreamKey("a", "run/1"), StreamKey("a", "dataset/1")
MINE, THEIRS = Place("p", "me"), Place("p", "them")


def who(role: Role, project: str | None = "p") -> Principal:
    return Principal("me", role, project)


def test_the_table_of_the_page_is_the_one_that_is_obeyed() -> None:
    rows = re.findall(r"^\| `(\w+)`: [^|]*\|([^|]*)\|([^|]*)\|([^|]*)\|$", PAGE, re.MULTILINE)
    told = {
        role: {Permission(name) for name, *cells in rows if cells[column].strip() != "–"}
        for column, role in enumerate((Role.RECORDER, Role.AUDITOR, Role.ADMINISTRATOR))
    }
    assert len(rows) == len(Permission)
    assert told == ALLOWED


def test_what_may_be_erased_only_by_few_are_types_of_events() -> None:
    assert TYPES.keys() >= NEEDS_ERASE


@pytest.mark.parametrize(
    ("role", "place", "run", "dataset", "append"),
    [
        (Role.RECORDER, MINE, True, True, True),
        (Role.RECORDER, THEIRS, False, True, False),
        (Role.AUDITOR, THEIRS, True, True, False),
        (Role.AUDITOR, Place("q", "them"), False, False, False),
        (Role.RECORDER, Place("q", "me"), False, False, True),
        (Role.AUDITOR, Place(), False, False, False),
    ],
)
def test_a_token_sees_its_project_and_a_recorder_its_own_runs(
    role: Role, place: Place, run: bool, dataset: bool, append: bool
) -> None:
    asks = who(role)
    found = (asks.sees(RUN, place), asks.sees(DATASET, place), asks.may_append(place))
    assert found == (run, dataset, append)


def test_an_administrator_sees_and_may_append_to_everything() -> None:
    asks = who(Role.ADMINISTRATOR, None)
    for place in (MINE, THEIRS, Place(), Place("q", "x")):
        assert asks.sees(RUN, place)
        assert asks.may_append(place)


def test_what_nobody_assigned_belongs_to_the_main_project() -> None:
    assert who(Role.AUDITOR, MAIN).sees(RUN, Place())
    assert who(Role.AUDITOR, MAIN).actor == "authenticated:me"
