import io
import sys

import pytest

from interface.cli.screen import Line, Screen


class Terminal(io.StringIO):
    """Looks like a terminal."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put one in the place of both streams; in the test itself, as pytest puts its own before."""
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture(autouse=True)
def _no_colours_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_a_terminal_gets_colours_and_its_own_width(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    screen = Screen()
    assert screen.width == 40
    screen.lines([Line("well", "good"), Line("x" * 60)])
    assert stream.getvalue() == f"\x1b[32mwell\x1b[0m\n{'x' * 60}\n"


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    Screen().lines([Line("well", "good")])
    assert stream.getvalue() == "well\n"


@pytest.mark.parametrize("colour", [True, False])
def test_nothing_but_what_is_printable_reaches_a_terminal(
    monkeypatch: pytest.MonkeyPatch, colour: bool
) -> None:
    stream = terminal(monkeypatch)
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    screen.lines([Line("\x1b]0;evil\x07[bold]x[/bold]")])
    screen.note("\x9b2J")
    assert stream.getvalue() == "\\x1b]0;evil\\x07[bold]x[/bold]\n\\x9b2J\n"


def test_what_is_no_terminal_gets_plain_lines_of_a_fixed_width(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen()
    assert screen.width == 100
    screen.show([Line("bad", "bad")], lambda: 1)
    assert capsys.readouterr().out == "bad\n"


def test_a_document_is_said_instead_of_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(as_json=True).show([Line("text")], lambda: {"a": "\x1b\x7fü"})
    assert capsys.readouterr().out == '{\n  "a": "\\u001b\\u007f\\u00fc"\n}\n'


def test_progress_is_a_bar_on_a_terminal_and_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = terminal(monkeypatch)
    with Screen().progress("[file]\x1b", 10) as advance:
        advance(5)
    assert r"[file]\x1b" in stream.getvalue()
    with Screen().sending("sent") as sending:
        sending(5, 20)
    assert "25%" in stream.getvalue()
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    with Screen().progress("file", None) as advance:
        advance(5)
    with Screen().sending("file") as sending:
        sending(5, 10)
    assert silent.getvalue() == ""
