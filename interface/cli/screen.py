"""What a command says: lines for people or one JSON document, on stdout; notes on stderr.

Whatever a line holds, a terminal shows what cannot be seen as escapes. Rich is loaded only for
terminals. Not here: what the lines say (``render_*``).
"""

import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NamedTuple, TextIO

from interface.hidden_characters import revealed
from interface.report_text import WIDTH, to_json

STYLES: Final = {"good": "green", "bad": "bold red", "dim": "dim", "strong": "bold"}


class Line(NamedTuple):
    """One line for people, and how it is to stand out where there are colours."""

    text: str
    style: str = ""


class Screen:
    """The two streams of one command, and its exit code."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.exit_code = 0
        self.began = False
        self._out, self._err = _writer(sys.stdout), _writer(sys.stderr)

    @property
    def width(self) -> int:
        """The columns that lines should fit."""
        if not sys.stdout.isatty():
            return WIDTH
        return max(20, shutil.get_terminal_size((WIDTH, 24)).columns)

    def show(self, lines: Iterable[Line], document: Callable[[], Any]) -> None:
        """Say the lines, or with ``--json`` the document."""
        if self.as_json:
            self.write(to_json(document()) + "\n")
        else:
            self.lines(lines)

    def lines(self, lines: Iterable[Line]) -> None:
        """Say lines for people."""
        for line in lines:
            self._out(line)

    def write(self, text: str) -> None:
        """Write a part of a JSON document."""
        self.began = True
        sys.stdout.write(text)

    def note(self, text: str, style: str = "") -> None:
        """Say something beside the result, on stderr."""
        self._err(Line(text, style))

    def flush(self) -> None:
        """Bring everything out."""
        sys.stdout.flush()
        sys.stderr.flush()

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Generator[Callable[[int], None]]:
        """A bar on stderr where that is a terminal; gives what takes the steps."""
        with self._bar(label, total) as update:
            yield lambda steps: update(advance=steps)

    @contextmanager
    def sending(self, label: str) -> Generator[Callable[[int, int], None]]:
        """The same for what is sent; gives what takes the bytes so far, and those of the whole."""
        with self._bar(label, None) as update:
            yield lambda sent, whole: update(completed=sent, total=whole)

    @contextmanager
    def _bar(self, label: str, total: int | None) -> Generator[Callable[..., None]]:
        if not sys.stderr.isatty():
            yield _unseen
            return
        from rich.console import Console  # noqa: PLC0415 - slow, and only for terminals
        from rich.markup import escape  # noqa: PLC0415
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(escape(revealed(label)), total=total)
            yield partial(bar.update, task)


def _unseen(**_: int | None) -> None:
    """Progress that nobody sees."""


def _writer(stream: TextIO) -> Callable[[Line], None]:
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="backslashreplace")  # for LANG=C

    def plain(line: Line) -> None:
        stream.write(revealed(line.text) + "\n")

    if not stream.isatty() or "NO_COLOR" in os.environ:
        return plain
    from rich.console import Console  # noqa: PLC0415 - slow, and only for terminals
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=stream)

    def styled(line: Line) -> None:
        console.print(Text(revealed(line.text), STYLES.get(line.style, "")), soft_wrap=True)

    return styled
