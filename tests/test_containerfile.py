"""What can be said of the image without building it."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

from typer.main import get_command

from interface.api.settings import Settings, variable_of
from interface.cli.app import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Containerfile").read_text()
STEPS = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE)).strip().splitlines()
FINAL = STEPS[max(at for at, step in enumerate(STEPS) if step.startswith("FROM ")) :]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def step(name: str) -> str:
    """The one step of this name that makes the image what it is."""
    (found,) = (line.removeprefix(f"{name} ") for line in FINAL if line.startswith(f"{name} "))
    return found


def test_all_that_is_copied_is_there() -> None:
    copied = [line.split()[1:-1] for line in STEPS if re.match(r"COPY (?!--from)", line)]
    names = {name for names in copied for name in names}
    assert all((ROOT / name).exists() for name in names)
    assert {*PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]} <= names


def test_every_step_has_a_python_that_will_do() -> None:
    images = {line.split()[1] for line in STEPS if line.startswith("FROM ")}
    (image,) = images
    version = re.fullmatch(r"docker\.io/library/python:3\.(\d+)-slim", image)
    assert version is not None
    classifier = f"Programming Language :: Python :: 3.{version[1]}"
    assert classifier in PROJECT["project"]["classifiers"]


def test_nothing_is_installed_that_is_not_in_the_lock() -> None:
    installs = [part.strip() for line in STEPS for part in line.split("&&") if " install " in part]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--constraint requirements.lock" in installs[1]


def test_it_runs_as_a_user_without_rights_who_owns_the_volume() -> None:
    user = step("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert any(f"chown {user} {step('VOLUME')}" in line for line in FINAL)


def test_the_archive_is_in_the_volume_and_the_port_is_the_usual_one() -> None:
    environment = dict(pair.split("=", 1) for pair in shlex.split(step("ENV")))
    assert environment[variable_of("data")] == step("VOLUME")
    assert environment[variable_of("host")] == "0.0.0.0"
    port = Settings.model_fields["port"].default
    assert step("EXPOSE") == str(port)
    assert f"http://127.0.0.1:{port}/healthz" in step("HEALTHCHECK")


def test_a_signal_reaches_the_command_as_no_shell_is_between() -> None:
    commands: Any = get_command(app)
    assert json.loads(step("ENTRYPOINT")) == [commands.name]
    (command,) = json.loads(step("CMD"))
    assert command in commands.commands
    compile(json.loads(step("HEALTHCHECK").removeprefix("CMD "))[2], "healthcheck", "exec")
