"""The commands for tokens, projects and spools: options and help; the work is loaded when it runs.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from typing import Annotated

import typer

from interface.cli.faults import reporting
from interface.cli.options import Actor, AsJson, Data, Debug, Server, TokenFile, Where


def create_token(
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
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make a token, and tell it this once."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import manage as command

        wanted = command.wanted(role, project, expires, label)
        command.create_token(screen, Where(data, actor, server, token_file), wanted)


def list_tokens(
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the tokens, without their texts."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import manage as command

        command.list_tokens(screen, Where(data, server=server, token_file=token_file))


def revoke_token(
    token: Annotated[str, typer.Argument(metavar="ID", help="The token's id, not its text.")],
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make a token useless, at once."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import manage as command

        command.revoke_token(screen, Where(data, actor, server, token_file), token)


def add_project(
    project: Annotated[str, typer.Argument(metavar="NAME", help="A word of a-z 0-9 _ -.")],
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make a project, to which tokens and streams can belong."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import manage as command

        command.add_project(screen, Where(data, actor, server, token_file), project)


def list_projects(
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the projects."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import manage as command

        command.list_projects(screen, Where(data, server=server, token_file=token_file))


def send_spool(
    spool: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="The folder of spools.", show_default="in your state folder"
        ),
    ] = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Send what recorders in Python left behind to the service."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import spool as command

        command.send(screen, server, token_file, spool)
