"""The commands that work on an archive: options and help; the work is loaded when it is done.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from pathlib import Path
from typing import Annotated

import typer

from interface.cli.invoking import reading, writing
from interface.cli.options import Stream, Where, whole_number
from interface.cli.screen import Screen


@writing
def record(
    screen: Screen,
    where: Where,
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
) -> None:
    """Record datasets, runs, answers and scores, durably."""
    from interface.cli.commands import record as command

    command.record(screen, where, file, assets, seal=seal)


@writing
def archive(
    screen: Screen,
    where: Where,
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Log files of other tools.")],
    original: Annotated[
        bool, typer.Option("--original/--no-original", help="Keep the file itself as well.")
    ] = True,
    refuse_secrets: Annotated[
        bool, typer.Option("--refuse-secrets", help="Archive nothing that may hold a secret.")
    ] = False,
    withhold_secrets: Annotated[
        bool,
        typer.Option("--withhold-secrets", help="What may hold a secret is in no bundle, ever."),
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
) -> None:
    """Archive another tool's log file as a sealed run."""
    from application.archive_report import LogOptions
    from application.log_source import Declared
    from interface.cli.commands import archive as command

    told = [text if "=" in text else Path(text) for text in maps or ()]
    declared = Declared(told, provider, model, dataset)
    on_secrets = command.on_secrets(refuse=refuse_secrets, withhold=withhold_secrets)
    command.archive(screen, where, files, LogOptions(original, on_secrets, declared))


@writing
def seal(screen: Screen, where: Where, name: Stream) -> None:
    """Seal a run or dataset as it is now."""
    from interface.cli.commands import seal as command

    command.seal(screen, where, name)


@reading
def runs(screen: Screen, where: Where) -> None:
    """List the runs, the newest first."""
    from interface.cli.commands import listing

    listing.runs(screen, where)


@reading
def datasets(screen: Screen, where: Where) -> None:
    """List the datasets, the newest first."""
    from interface.cli.commands import listing

    listing.datasets(screen, where)


@reading
def show(
    screen: Screen,
    where: Where,
    name: Stream,
    item: Annotated[
        str | None, typer.Option(metavar="ID", help="One item, by its id or its index.")
    ] = None,
    epoch: Annotated[str, typer.Option(metavar="N", help="Of an item, the epoch.")] = "1",
) -> None:
    """Show a run or dataset, or all that is held of one item."""
    from interface.cli.commands import show as command

    command.show(
        screen,
        where,
        name,
        command.Asked(item, whole_number("--epoch", epoch, 1)),
    )


@reading
def compare(
    screen: Screen,
    where: Where,
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN", help="Two or more; each is put beside the first."),
    ],
    scorer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose scores.", show_default="the first run's first"),
    ] = None,
    by_id: Annotated[
        bool,
        typer.Option("--by-id", help="In different datasets, items with the same id are the same."),
    ] = False,
    flips: Annotated[
        str,
        typer.Option(metavar="WHICH", help="List flips: right, wrong or all.", show_default=False),
    ] = "",
    limit: Annotated[str, typer.Option(metavar="N", help="Flips to list, 0 for all.")] = "50",
) -> None:
    """Compare runs over the same items: differences, flips, statistics."""
    from application.comparison import Asked
    from interface.cli.commands import compare as command

    listed = command.Listed(command.direction_of(flips), whole_number("--limit", limit, 0))
    command.compare(screen, where, runs, Asked(command.scorer_of(scorer), by_id), listed)


@reading
def rebuild(screen: Screen, where: Where) -> None:
    """Build the tables behind runs and show anew."""
    from interface.cli.commands import listing

    listing.rebuild(screen, where)
