"""The commands for tokens, projects and spools: options and help; the work is loaded when it runs.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from typing import Annotated

import typer

from interface.cli.invoking import alone, reading, writing
from interface.cli.options import Server, TokenFile, Where
from interface.cli.screen import Screen


@writing
def create_token(
    screen: Screen,
    where: Where,
    role: Annotated[
        str,
        typer.Option(metavar="ROLE", help="recorder, auditor or administrator.", show_default=True),
    ] = "recorder",
    project: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Its project.", show_default="main; all for an administrator"
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Until when it is good, in UTC.", show_default=False),
    ] = None,
    label: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What it is for.", show_default=False)
    ] = None,
) -> None:
    """Make a token, and tell it this once."""
    from interface.cli.commands import manage as command

    wanted = command.wanted(role, project, expires, label)
    command.create_token(screen, where, wanted)


@reading
def list_tokens(screen: Screen, where: Where) -> None:
    """List the tokens, without their texts."""
    from interface.cli.commands import manage as command

    command.list_tokens(screen, where)


@writing
def revoke_token(
    screen: Screen,
    where: Where,
    token: Annotated[str, typer.Argument(metavar="ID", help="The token's id, not its text.")],
) -> None:
    """Make a token useless, at once."""
    from interface.cli.commands import manage as command

    command.revoke_token(screen, where, token)


@writing
def add_project(
    screen: Screen,
    where: Where,
    project: Annotated[str, typer.Argument(metavar="NAME", help="A word of a-z 0-9 _ -.")],
) -> None:
    """Make a project, to which tokens and streams can belong."""
    from interface.cli.commands import manage as command

    command.add_project(screen, where, project)


@reading
def list_projects(screen: Screen, where: Where) -> None:
    """List the projects."""
    from interface.cli.commands import manage as command

    command.list_projects(screen, where)


@alone
def send_spool(
    screen: Screen,
    spool: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="The folder of spools.", show_default="in your state folder"
        ),
    ] = None,
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Send what recorders in Python left behind to the service."""
    from interface.cli.commands import spool as command

    command.send(screen, server, token_file, spool)
