"""The commands that work on an archive: options and help; the work is loaded when it is done.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from typing import Annotated

import typer

from interface.cli.faults import reporting
from interface.cli.options import (
    Actor,
    AsJson,
    Data,
    Debug,
    Server,
    Stream,
    TokenFile,
    Where,
    whole_number,
)


def record(
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="NDJSON actions, one a line; - is stdin.")
    ] = "-",
    assets: Annotated[
        str | None,
        typer.Option(metavar="DIR", help='Keep the files that strings "assets/PATH" name.'),
    ] = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Seal what was recorded, at the end.")
    ] = False,
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Record datasets, runs, answers and scores, durably."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import record as command

        command.record(screen, Where(data, actor, server, token_file), file, assets, seal=seal)


def archive(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Log files of other tools.")],
    original: Annotated[
        bool, typer.Option("--original/--no-original", help="Keep the file itself as well.")
    ] = True,
    refuse_secrets: Annotated[
        bool, typer.Option("--refuse-secrets", help="Archive nothing that may hold a secret.")
    ] = False,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FILE|NAME=COLUMN,…",
            help="Read CSV or JSONL: which column is what. May be given again.",
        ),
    ] = None,
    provider: Annotated[
        str, typer.Option(metavar="NAME", help="With --map: the provider.", show_default=False)
    ] = "",
    model: Annotated[
        str, typer.Option(metavar="NAME", help="With --map: the model.", show_default=False)
    ] = "",
    dataset: Annotated[
        str, typer.Option(metavar="NAME", help="With --map: the dataset.", show_default=False)
    ] = "",
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Archive another tool's log file as a sealed run."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from application.log_source import Declared
        from interface.cli.commands import archive as command

        declared = Declared(maps or (), provider, model, dataset)
        asked = command.Asked(original, refuse_secrets, declared)
        command.archive(screen, Where(data, actor, server, token_file), files, asked)


def seal(
    name: Stream,
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Seal a run or dataset as it is now."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import seal as command

        command.seal(screen, Where(data, actor, server, token_file), name)


def runs(
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the runs, the newest first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.runs(screen, Where(data, server=server, token_file=token_file))


def datasets(
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the datasets, the newest first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.datasets(screen, Where(data, server=server, token_file=token_file))


def show(
    name: Stream,
    item: Annotated[
        str | None, typer.Option(metavar="ID", help="One item, by its id or its index.")
    ] = None,
    epoch: Annotated[str, typer.Option(metavar="N", help="Of an item, the epoch.")] = "1",
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show a run or dataset, or all that is held of one item."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import show as command

        command.show(
            screen,
            Where(data, server=server, token_file=token_file),
            name,
            command.Asked(item, whole_number("--epoch", epoch, 1)),
        )


def rebuild(
    data: Data = None,
    server: Server = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Build the tables behind runs and show anew."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.rebuild(screen, Where(data, server=server, token_file=token_file))
