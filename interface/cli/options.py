"""Options that several commands share, and the archive that they name.

Not here: any default that depends on the machine, before it is needed.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import InvalidInput
from domain.syntax import is_actor

if TYPE_CHECKING:
    from interface.bootstrap import Archive

Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        envvar="EVAL752_DATA",
        metavar="DIR",
        help="The archive's folder.",
        show_default="your user data folder",
    ),
]
Actor = Annotated[
    str,
    typer.Option(
        "--actor",
        envvar="EVAL752_ACTOR",
        metavar="ID",
        help="Who does this, an opaque id; recorded as claimed:ID.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout; messages on stderr.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a bug of eval752.")]
Bundles = Annotated[list[str], typer.Argument(metavar="FILE", help="Bundles, .eval752.zip.")]
Stream = Annotated[
    str,
    typer.Argument(
        metavar="RUN|DATASET",
        help="run/ID, dataset/ID, the ID, its first digits, or the dataset's name.",
    ),
]


def whole_number(option: str, text: str, least: int) -> int:
    """Read the value of an option.

    Raises:
        InvalidInput: when it is no whole number from ``least``.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) >= least):
        raise InvalidInput(option, f"a whole number from {least}", ascii(text[:80]))
    return int(text)


@dataclass(frozen=True, slots=True)
class Where:
    """An archive as the options name it."""

    data: str | None = None
    actor: str = "local"

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        if self.data is not None:
            return Path(self.data)
        from platformdirs import user_data_path  # noqa: PLC0415 - only where it is asked

        return user_data_path("eval752", appauthor=False)

    @contextmanager
    def open(self, *, writable: bool) -> "Generator[Archive]":
        """Open it; see ``interface.bootstrap.open_archive``.

        Raises:
            InvalidInput: when the actor's id is none.
        """
        from interface.bootstrap import open_archive  # noqa: PLC0415 - loads the database

        actor = f"claimed:{self.actor}"
        if not is_actor(actor):
            raise InvalidInput("--actor", "1 to 64 of a-z 0-9 . _ -", ascii(self.actor[:80]))
        with open_archive(self.folder, writable=writable, actor=actor) as archive:
            yield archive
