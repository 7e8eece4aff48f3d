"""A command gets the options that all have, and its faults end in one place."""

import json
from collections.abc import Callable
from inspect import signature

import pytest
import typer

from domain.errors import InvalidInput
from interface.cli.faults import REFUSED
from interface.cli.invoking import alone, reading, writing
from interface.cli.options import Where
from interface.cli.screen import Screen

SHARED = {"alone": [], "reading": ["data", "server", "token_file"]}
SHARED["writing"] = [*SHARED["reading"], "actor"]


def on_nothing(_: Screen, name: str) -> None:
    raise InvalidInput("name", "another one", name)


def on_archive(screen: Screen, where: Where, name: str = "") -> None:
    screen.show((), lambda: [where.data, where.actor, name])


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (alone(on_nothing), "alone"),
        (reading(on_archive), "reading"),
        (writing(on_archive), "writing"),
    ],
)
def test_a_command_has_its_own_options_and_those_of_its_kind(
    made: Callable[..., None], kind: str
) -> None:
    assert [*signature(made).parameters] == ["name", *SHARED[kind], "as_json", "debug"]


def test_a_command_is_told_which_archive_and_who_asks(capsys: pytest.CaptureFixture[str]) -> None:
    named = {"data": "here", "server": None, "token_file": None, "actor": "me"}
    writing(on_archive)(name="it", **named, as_json=True, debug=False)
    assert json.loads(capsys.readouterr().out) == ["here", "me", "it"]


def test_what_a_command_raises_becomes_its_exit_code() -> None:
    with pytest.raises(typer.Exit) as ended:
        alone(on_nothing)(name="it", as_json=False, debug=False)
    assert ended.value.exit_code == REFUSED
