"""The commands of the archive's keys: options and help; the work is loaded when it is done.

Not here: the work (``commands.key``).
"""
# ruff: noqa: PLC0415 - `--help` must load next to nothing

from typing import Annotated

import typer

from interface.cli.invoking import reading, writing
from interface.cli.options import Where
from interface.cli.screen import Screen


@reading
def show(
    screen: Screen,
    where: Where,
    policy: Annotated[
        bool, typer.Option("--policy", help="As a policy has them: TOML, or JSON with --json.")
    ] = False,
) -> None:
    """Show the keys of the archive, with their times and state."""
    from interface.cli.commands import key as command

    command.show(screen, where, policy=policy)


@writing
def rotate(screen: Screen, where: Where) -> None:
    """Put a new key in force; the old one signs one more head, and is destroyed."""
    from interface.cli.commands import key as command

    command.rotate(screen, where)


@writing
def compromised(
    screen: Screen,
    where: Where,
    key: Annotated[
        str, typer.Argument(metavar="KEY_ID", help="Which.", show_default="the one in force")
    ] = "",
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Since when, in UTC; a claim.", show_default=False)
    ] = "",
) -> None:
    """Say that a key is in other hands; a new one is put in force at once if it was."""
    from interface.cli.commands import key as command

    command.compromised(screen, where, key, since)
