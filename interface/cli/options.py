"""Options that several commands share, and the archive that they name.

Not here: any default that depends on the machine, before it is needed.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import InvalidInput, Refused
from domain.syntax import is_actor

if TYPE_CHECKING:
    from interface.bootstrap.archive import Archive
    from interface.cli.archived import Archived

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
Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar="EVAL752_SERVER",
        metavar="URL",
        help="A service that has the archive, instead of a folder.",
        show_default=False,
    ),
]
TokenFile = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        envvar="EVAL752_TOKEN_FILE",
        metavar="FILE",
        help="The token for the service.",
        show_default="EVAL752_TOKEN, or a file in your config folder",
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
ExpectDigest = Annotated[
    str | None,
    typer.Option(metavar="HEX", help="The bundle digest that you were told.", show_default=False),
]
TrustedKeys = Annotated[
    list[str] | None,
    typer.Option(metavar="VKEY", help="A verifier key that you trust; may be given again."),
]
Required = Annotated[
    list[str] | None,
    typer.Option(metavar="CHECK", help="A check that must pass; may be given again."),
]
PolicyFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        envvar="EVAL752_POLICY",
        help="Whom you trust and what you require.",
        show_default="policy.toml in your config folder, if there is one",
    ),
]


_DIGITS = 15


def whole_number(option: str, text: str, least: int) -> int:
    """Read the value of an option.

    Raises:
        InvalidInput: when it is no whole number from ``least``, or too long.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) >= least):
        expected = f"a whole number from {least} to {10**_DIGITS - 1}"
        raise InvalidInput(option, expected, ascii(text[:80]))
    return int(text)


@dataclass(frozen=True, slots=True)
class Where:
    """An archive as the options name it: a folder, or a service with a token."""

    data: str | None = None
    actor: str = "local"
    server: str | None = None
    token_file: str | None = None

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        if self.data is not None:
            return Path(self.data)
        from platformdirs import user_data_path  # noqa: PLC0415 - only where it is asked

        return user_data_path("eval752", appauthor=False)

    @contextmanager
    def archive(self, *, writable: bool, make: bool = False) -> "Generator[Archived]":
        """Open it, in its folder or through its service; ``make`` one in a folder that has none.

        Raises:
            InvalidInput: when both are named, or what is named is none.
            NotFound: when it is not there and is not to be made.
        """
        if self.server is None:
            from interface.cli.local_archive import LocalArchive  # noqa: PLC0415 - loads the database

            with self.open(writable=writable, make=make) as archive:
                yield LocalArchive(archive)
            return
        if self.data is not None:
            found = f"--data {self.data} and --server {self.server}"
            remedy = "Leave one out; EVAL752_DATA and EVAL752_SERVER say the same as the options."
            raise InvalidInput("--server", "a folder or a service", ascii(found)[:200], remedy)
        from interface.cli.remote_archive import open_remote  # noqa: PLC0415 - loads the network

        with open_remote(self.server, self.token_file) as remote:
            yield remote

    @contextmanager
    def open(self, *, writable: bool, make: bool = False) -> "Generator[Archive]":
        """Open what is in a folder; see ``interface.bootstrap.opening.open_archive``.

        Raises:
            InvalidInput: when the actor's id is none.
            Refused: when a service is named.
        """
        if self.server is not None:
            remedy = "Do it where the archive is: leave --server and EVAL752_SERVER out."
            raise Refused("--server", "an archive in a folder", ascii(self.server)[:200], remedy)
        from interface.bootstrap.opening import open_archive  # noqa: PLC0415 - loads the database

        actor = f"claimed:{self.actor}"
        if not is_actor(actor):
            raise InvalidInput("--actor", "1 to 64 of a-z 0-9 . _ -", ascii(self.actor[:80]))
        with open_archive(self.folder, writable=writable, make=make, actor=actor) as archive:
            yield archive
