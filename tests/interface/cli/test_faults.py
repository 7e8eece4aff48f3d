import errno
import json
from contextlib import suppress

import pytest
import typer

from domain.errors import (
    ArchiveDamaged,
    Conflict,
    Eval752Error,
    InvalidInput,
    NotFound,
    Refused,
    StorageFull,
    UnreadableFile,
)
from interface.cli.faults import reporting


def code_of(fault: BaseException, *, as_json: bool = False, debug: bool = False) -> int:
    with pytest.raises(typer.Exit) as caught, reporting(as_json=as_json, debug=debug):
        raise fault
    return caught.value.exit_code


@pytest.mark.parametrize(
    "kind", [InvalidInput, UnreadableFile, Refused, Conflict, NotFound, ArchiveDamaged, StorageFull]
)
def test_an_error_of_ours_names_place_both_sides_and_the_way_on(
    kind: type[Eval752Error], capsys: pytest.CaptureFixture[str]
) -> None:
    fault = kind("line 1", "this", "that \x1b[1m", "Do so.")
    assert code_of(fault) == 2
    said = capsys.readouterr()
    assert said.err == "error: line 1: expected this, found that \\x1b[1m. Do so.\n"
    assert said.out == ""
    assert code_of(fault, as_json=True) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == {
        "kind": kind.__name__,
        "place": "line 1",
        "expected": "this",
        "found": "that \x1b[1m",
        "remedy": "Do so.",
    }


def test_what_was_added_on_the_way_up_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    fault = Refused("p", "a", "b")
    fault.add_note("Two are kept.")
    assert code_of(fault) == 2
    assert capsys.readouterr().err == "error: p: expected a, found b\nTwo are kept.\n"


def test_what_the_system_refuses_is_an_error_and_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(PermissionError(errno.EACCES, "Permission denied", "/x")) == 2
    told = capsys.readouterr().err
    assert told == "error: /x: expected what the command can work with, found Permission denied\n"
    assert code_of(OSError(errno.ENOSPC, "No space left on device")) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: the disk, or standard output: expected room to write, found No")


def test_an_interruption_has_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_bug_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(ZeroDivisionError("division by zero")) == 70
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "error: this is a bug of eval752, ZeroDivisionError: division by zero\n"
        "Please report it where you got eval752 from; --debug shows where it is.\n"
    )
    assert code_of(ZeroDivisionError(), as_json=True) == 70
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "ZeroDivisionError"


def test_the_traceback_of_a_bug_is_shown_where_it_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert code_of(ZeroDivisionError(), debug=True) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_reader_that_went_away_is_left_in_peace(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interface.cli.faults._let_go_of_stdout", lambda: None)
    assert code_of(BrokenPipeError()) == 141
    assert capfd.readouterr() == ("", "")


def test_a_document_that_has_begun_is_followed_by_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with suppress(typer.Exit), reporting(as_json=True, debug=False) as screen:
        screen.write("[1")
        raise Refused("p", "a", "b")
    assert capsys.readouterr().out == "[1"


def test_the_exit_code_of_a_command_is_that_of_the_process() -> None:
    with pytest.raises(typer.Exit) as caught, reporting(as_json=False, debug=False) as screen:
        screen.exit_code = 1
    assert caught.value.exit_code == 1
    with reporting(as_json=False, debug=False):
        pass


def test_an_exit_on_purpose_passes() -> None:
    with pytest.raises(typer.Exit) as caught, reporting(as_json=False, debug=False):
        raise typer.Exit(5)
    assert caught.value.exit_code == 5
