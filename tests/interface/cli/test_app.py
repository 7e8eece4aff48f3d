import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from interface.cli.app import app
from interface.cli.main import main

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text()
TOP: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]  # it is a group
COMMANDS: dict[str, Any] = {
    f"{name} {verb}".strip(): command
    for name, top in TOP.items()
    for verb, command in getattr(top, "commands", {"": top}).items()
}
"""Commands by name, those of a group by two words."""

GLOBAL = {"--json", "--debug", "--help", "-h"}


def sections() -> dict[str, str]:
    """The text below each heading that names a command."""
    parts = re.split(r"^## `eval752 ([a-z]+(?: [a-z]+)?)(.*)`$", PAGE, flags=re.MULTILINE)
    return dict(
        zip(parts[1::3], map("".join, zip(parts[2::3], parts[3::3], strict=True)), strict=True)
    )


def documented(text: str) -> set[str]:
    """The options in the first cells of tables."""
    cells = (line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `-"))
    return {option for cell in cells for option in re.findall(r"`(--?[a-z-]+)", cell)}


def options(command: Any) -> set[str]:
    found = (param for param in command.params if param.param_type_name == "option")
    return {name for param in found for name in (*param.opts, *param.secondary_opts)}


def arguments(command: Any) -> Iterator[str]:
    return (p.metavar for p in command.params if p.param_type_name == "argument")


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert list(sections()) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_a_command_are_documented_and_no_others(name: str) -> None:
    assert documented(sections()[name]) | GLOBAL == options(COMMANDS[name]) | GLOBAL


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_options_of_all(name: str) -> None:
    assert {"--json", "--debug"} <= options(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_arguments_of_a_command_stand_in_its_heading(name: str) -> None:
    heading = sections()[name].splitlines()[0]
    for argument in arguments(COMMANDS[name]):
        assert argument in heading


def test_the_options_before_a_command_are_documented() -> None:
    before = PAGE[: PAGE.index("## The archive")]
    own = options(get_command(app))
    assert documented(before) == own | GLOBAL
    assert "--version" in own


def test_every_option_has_help() -> None:
    for command in COMMANDS.values():
        assert command.help
        assert all(param.help for param in command.params)


def test_an_interruption_before_a_command_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("interface.cli.app.app", interrupted)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 130


def modules_after(*arguments: str) -> set[str]:
    code = (
        "import sys; from interface.cli.main import main\n"
        f"sys.argv = ['eval752', *{arguments!r}]\n"
        "try: main()\n"
        "finally: print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    return set(done.stderr.split())


WEB = (
    "fastapi",
    "starlette",
    "uvicorn",
    "pydantic",
    "pydantic_settings",
    "prometheus_client",
    "structlog",
    "limits",
    "httpx",
)
HEAVY = ("httpx", "sqlite3", "eventsourcing", *WEB, "rich", "backports")
STORE = ("interface.bootstrap", "infrastructure.event_store", "infrastructure.read_models")


def test_verify_loads_no_database_no_store_and_no_framework(bundle: Path) -> None:
    loaded = modules_after("verify", str(bundle))
    assert "domain.verification.verify" in loaded
    assert loaded.isdisjoint((*HEAVY, *STORE, "application"))


@pytest.mark.parametrize("command", [["runs"], ["record"], ["seal", "capitals"]])
def test_a_command_that_opens_an_archive_loads_no_web_framework(
    command: list[str], data: Path
) -> None:
    loaded = modules_after(*command, "--data", str(data))
    assert "interface.bootstrap.opening" in loaded
    assert loaded.isdisjoint((*WEB, "interface.api"))


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["verify", "--help"], ["serve", "--help"]]
)
def test_help_loads_nothing_that_a_command_does(arguments: list[str]) -> None:
    loaded = modules_after(*arguments)
    assert loaded.isdisjoint((*HEAVY, *STORE, "application", "domain.verification.verify"))
