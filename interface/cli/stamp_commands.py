"""The commands for timestamps of the log's heads: options and help.

Not here: the work (``commands.stamp``).
"""
# ruff: noqa: PLC0415 - `--help` must load next to nothing

from typing import Annotated

import typer

from interface.cli.invoking import writing
from interface.cli.options import Where
from interface.cli.screen import Screen

Authorities = Annotated[
    list[str] | None,
    typer.Option(
        "--authority",
        metavar="URL",
        help="Who stamps, in a folder. May be given again.",
        show_default="those of the service",
    ),
]
Roots = Annotated[
    str,
    typer.Option(
        metavar="FILE", help="The roots of these authorities, in PEM.", show_default=False
    ),
]


@writing
def timestamp(
    screen: Screen, where: Where, authority: Authorities = None, roots: Roots = ""
) -> None:
    """Sign the log's head, and have each head stamped that these authorities have not seen."""
    from interface.cli.commands import stamp as command

    command.timestamp(screen, where, authority or [], roots)


@writing
def witness(
    screen: Screen,
    where: Where,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="The witness, before add-checkpoint, in a folder.",
            show_default="those of the service",
        ),
    ] = "",
    key: Annotated[
        str,
        typer.Option(metavar="VKEY", help="Its verifier key, of type 04.", show_default=False),
    ] = "",
) -> None:
    """Sign the log's head, and have each head cosigned that this witness has not seen."""
    from interface.cli.commands import stamp as command

    command.witness(screen, where, url, key)


@writing
def restamp(screen: Screen, where: Where, authority: Authorities = None, roots: Roots = "") -> None:
    """Renew the timestamps of all heads, by SHA-512, before those that are there weaken."""
    from interface.cli.commands import stamp as command

    command.restamp(screen, where, authority or [], roots)
