"""The bootstrap script `run`, without installing anything.

Not here: that a set-up works on a fresh machine. It takes a network, and `.ci/run` begins with it.
"""

import ast
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("requirements.lock", "pyproject.toml", "run")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script as a module whose checkout holds nothing but the sources of `.venv`."""
    module = ModuleType("run")
    module.__file__ = str(tmp_path / "run")
    for name in SOURCES:
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    exec((ROOT / "run").read_bytes(), vars(module))
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)  # as if no venv were active
    monkeypatch.setitem(sys.modules, "pip", pytest)  # any module will do
    monkeypatch.setattr(os, "environ", {"PATH": os.defpath})
    return module


@pytest.fixture
def builds(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a build in place that leaves its stamp and nothing else; return the stamps so far."""
    stamps: list[str] = []

    def build() -> None:
        stamps.append(script.fingerprint())
        script.VENV.mkdir(exist_ok=True)
        script.STAMP.write_text(stamps[-1])

    monkeypatch.setattr(script, "build", build)
    return stamps


@pytest.fixture
def started(builds: list[str], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the commands that would have been started so far, each behind its folder."""
    commands: list[tuple[str, ...]] = []

    def call(command: list[str]) -> int:
        commands.append((str(Path.cwd()), *command))
        return int(command[0] == "mypy" and "MYPY_FAILS" in os.environ)

    def execute(_: str, command: list[str]) -> None:
        raise SystemExit(call(command))

    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(os, "execvp", execute)
    monkeypatch.chdir("/")
    return commands


def test_python_3_6_can_parse_every_line() -> None:
    ast.parse((ROOT / "run").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_which_one_is_needed(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    assert script.main("test") == 2
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_where_pip_is_missing_the_debian_package_that_has_it_is_named(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    assert script.main("test") == 2
    assert "apt-get install python3-pip" in capsys.readouterr().err


def test_a_checkout_that_is_not_writable_is_named(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert script.main("test") == 2
    assert f"{script.ROOT} is not writable" in capsys.readouterr().err


def test_a_ready_checkout_need_not_be_writable(
    script: ModuleType, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script.set_up()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    script.set_up()


def test_nothing_is_built_again_while_nothing_changed(
    script: ModuleType, builds: list[str]
) -> None:
    script.set_up()
    script.set_up()
    assert len(builds) == 1


@pytest.mark.parametrize("name", SOURCES)
def test_a_changed_source_is_built_again(script: ModuleType, builds: list[str], name: str) -> None:
    script.set_up()
    with (script.ROOT / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    script.set_up()
    assert len(set(builds)) == 2


def test_another_python_is_built_for_again(
    script: ModuleType, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script.set_up()
    monkeypatch.setattr(sys, "version", "4.0.0 (main)")
    script.set_up()
    assert len(set(builds)) == 2


def test_a_checkout_that_moved_is_not_ready(
    script: ModuleType, builds: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script.set_up()
    monkeypatch.setattr(script, "ROOT", tmp_path / ".." / tmp_path.name)
    assert not script.ready()


def test_of_several_processes_at_once_one_builds(script: ModuleType, builds: list[str]) -> None:
    threads = [threading.Thread(target=script.set_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1


def test_what_was_interrupted_is_not_ready(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(command: list[str], extra: dict[str, str]) -> None:
        raise KeyboardInterrupt

    script.VENV.mkdir()
    script.STAMP.write_text(script.fingerprint())
    monkeypatch.setattr(script, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        script.build()
    assert not script.ready()


def test_a_step_that_fails_ends_in_a_message(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = [sys.executable, "-c", "raise SystemExit(3)"]
    monkeypatch.setattr(script, "build", lambda: script.install(failing, {}))
    assert script.main("test") == 2
    assert "returned non-zero exit status 3" in capsys.readouterr().err


def test_everything_is_installed_by_hash_or_from_here(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[list[str]] = []
    monkeypatch.setattr(script, "uv_environment", dict)
    monkeypatch.setattr(script, "install", lambda command, extra: steps.append(command))
    script.build()
    *fetching, editable = steps
    assert all("--require-hashes" in step for step in fetching)
    assert {"--no-deps", "--no-build-isolation"} < set(editable)
    assert (script.VENV / "uv.txt").read_text().startswith("uv==")


def test_uv_is_told_what_pip_is_told_and_downloads_no_python(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = ":env:.index-url='b:'\nglobal.index-url='a:'\nglobal.timeout='9'\nsite.cert='c.pem'"
    monkeypatch.setattr(subprocess, "check_output", lambda command, text: listed)
    assert script.uv_environment() == {
        "UV_DEFAULT_INDEX": "b:",
        "SSL_CERT_FILE": "c.pem",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def test_what_uv_itself_was_told_stands(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "UV_DEFAULT_INDEX", "mine:")
    monkeypatch.setattr(subprocess, "check_output", lambda command, text: "global.index-url='a:'")
    assert "UV_DEFAULT_INDEX" not in script.uv_environment()


def test_the_product_runs_where_the_user_stands(
    script: ModuleType, started: list[tuple[str, ...]]
) -> None:
    with pytest.raises(SystemExit):
        script.main("eval752", "verify", "x.eval752.zip")
    assert started == [("/", "eval752", "verify", "x.eval752.zip")]


def test_the_tests_run_in_the_checkout_with_the_arguments_given(
    script: ModuleType, started: list[tuple[str, ...]]
) -> None:
    with pytest.raises(SystemExit):
        script.main("test", "-m", "soak")
    assert started == [(str(script.ROOT), "pytest", "-m", "soak")]


def test_check_runs_every_linter_and_the_tests_last(
    script: ModuleType, started: list[tuple[str, ...]]
) -> None:
    with pytest.raises(SystemExit):
        script.main("check")
    names = [command[1] for command in started]
    assert names == ["ruff", "ruff", "mypy", "pyright", "lint-imports", "pytest"]


def test_a_linter_that_fails_is_named_after_the_others_ran_and_the_tests_do_not_run(
    script: ModuleType,
    started: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(os.environ, "MYPY_FAILS", "1")
    assert script.main("check") == 1
    assert started[-1][1] == "lint-imports"
    assert "pytest was not run, as these failed: mypy\n" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["tset"], 2), ([], 2)])
def test_help_lists_the_verbs_and_so_does_a_wrong_one(
    script: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert script.main(*arguments) == code
    shown = capsys.readouterr().err
    assert all(f"\n  {verb} " in shown for verb in script.VERBS)
