from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from interface.cli import plain_values
from interface.cli.plain_values import PlainCommand, PlainGroup

Given = list[object]


def said(*arguments: str, environment: dict[str, str] | None = None) -> Given:
    """What a command is given for these arguments."""
    given: Given = []
    app = typer.Typer(cls=PlainGroup)

    @app.callback()
    def group(_flag: Annotated[bool, typer.Option("--group")] = False) -> None:
        """A group."""

    @app.command(cls=PlainCommand)
    def command(
        files: list[str],
        text: Annotated[str | None, typer.Option(envvar="TEXT")] = None,
        many: Annotated[list[str] | None, typer.Option()] = None,
        flag: Annotated[bool | None, typer.Option("--yes/--no")] = None,
        number: Annotated[str, typer.Option()] = "1",
    ) -> None:
        """A command."""
        given.extend([files, text, many or [], flag, number])

    done = CliRunner().invoke(app, ["command", *arguments], env=environment)
    given.append(done.exit_code)
    return given


CASES = [
    (["a", "b"], [["a", "b"], None, [], None, "1", 0]),
    (
        ["a", "--text", "", "--many", "x", "--many", "y", "--no", "--number", "7"],
        [["a"], "", ["x", "y"], False, "7", 0],
    ),
    (["--yes", "--", "-a"], [["-a"], None, [], True, "1", 0]),
    ([], [2]),
    (["a", "--nonsense"], [2]),
    (["a", "--text"], [2]),
]


@pytest.mark.parametrize(("arguments", "given"), CASES)
def test_a_command_is_given_what_was_typed(arguments: list[str], given: Given) -> None:
    assert said(*arguments) == given


def test_a_variable_stands_for_an_option() -> None:
    assert said("a", environment={"TEXT": "seven"})[1] == "seven"


@pytest.mark.parametrize(("arguments", "given"), CASES)
def test_where_a_release_of_typer_has_no_such_place_nothing_changes(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], given: Given
) -> None:
    monkeypatch.setattr(plain_values, "_AsTyped", object)
    assert said(*arguments) == given
