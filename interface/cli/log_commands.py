"""The commands of the log: options and help; the work is loaded when it is done.

Not here: the work (``commands.log``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `--help` must load next to nothing; a command has one
# argument for each option

from typing import Annotated

import typer

from interface.cli.invoking import alone, reading, writing
from interface.cli.options import Where
from interface.cli.screen import Screen


@reading
def show(screen: Screen, where: Where) -> None:
    """Show the head that was signed last, and how many events wait for the next."""
    from interface.cli.commands import log

    log.show(screen, where)


@writing
def checkpoint(screen: Screen, where: Where) -> None:
    """Take all events into the log, sign its head, and print the note."""
    from interface.cli.commands import log

    log.checkpoint(screen, where)


@writing
def rebuild(screen: Screen, where: Where) -> None:
    """Make the tiles anew from the events; never signs another history."""
    from interface.cli.commands import log

    log.rebuild(screen, where)


@alone
def audit(
    screen: Screen,
    source: Annotated[
        str, typer.Argument(metavar="DIR|URL", help="Where checkpoint and tile/ are.")
    ],
    key: Annotated[
        str,
        typer.Option(
            metavar="VKEY", help="The log's verifier key; kept from then on.", show_default=False
        ),
    ] = "",
    state: Annotated[
        str, typer.Option(metavar="FILE", help="What was seen last.")
    ] = "log-audit.json",
    token_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="A token for the log, if it takes one.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read all tiles of hashes.")] = False,
) -> None:
    """Follow a log: its newest head must extend the one that was seen last."""
    from interface.cli.commands import log

    log.audit(screen, log.Followed(source, key, state, token_file, full))
