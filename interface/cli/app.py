"""The commands of `eval752`, their options and their help; what each does is loaded when it runs.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from pathlib import Path
from typing import Annotated

import typer

from interface.cli.faults import reporting
from interface.cli.options import Actor, AsJson, Bundles, Data, Debug, Stream, Where

app = typer.Typer(
    name="eval752",
    help="The evidence archive for LLM evaluation runs.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 well, 1 findings, 2 refused or unreadable, 70 a bug, 130 interrupted.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"eval752 {version('eval752')}")
        raise typer.Exit


@app.callback()
def main_options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """The evidence archive for LLM evaluation runs: record, seal, share one file, verify."""


@app.command()
def record(
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="NDJSON actions, one a line; - is stdin.")
    ] = "-",
    assets: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help='Keep the files that strings "assets/PATH" name.'),
    ] = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Seal what was recorded, at the end.")
    ] = False,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Record actions: datasets, runs, answers, scores; durable when it returns."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import record as command

        command.record(screen, Where(data, actor), file, assets, seal=seal)


@app.command()
def seal(
    name: Stream,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Seal a run or dataset up to here; a dataset is frozen first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import seal as command

        command.seal(screen, Where(data, actor), name)


@app.command()
def runs(data: Data = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """List the runs, the newest first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.runs(screen, Where(data))


@app.command()
def datasets(data: Data = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """List the datasets, the newest first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.datasets(screen, Where(data))


@app.command()
def show(
    name: Stream,
    item: Annotated[
        str | None, typer.Option(metavar="ID", help="One item, by its id or its index.")
    ] = None,
    epoch: Annotated[int, typer.Option(min=1, metavar="N", help="Of an item, the epoch.")] = 1,
    data: Data = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show a run or dataset, or all that is held of one item."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import show as command

        command.show(screen, Where(data), name, command.Asked(item, epoch))


@app.command()
def export(
    name: Stream,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The bundle's name.",
            show_default="made of names",
        ),
    ] = None,
    withhold: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="Leave out a kind of part; may be given again."),
    ] = None,
    compress: Annotated[
        bool, typer.Option("--compress", help="Deflate the members; the digest stays the same.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that has this name.")
    ] = False,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write a sealed run or dataset as one file that anyone can verify."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.bootstrap import ExportOptions
        from interface.cli.commands import export as command

        options = ExportOptions(withhold or [], compress, force)
        command.export(screen, Where(data, actor), name, output, options)


@app.command()
def verify(
    files: Bundles,
    expect_digest: Annotated[
        str,
        typer.Option(
            metavar="HEX", help="The bundle digest that you were told.", show_default=False
        ),
    ] = "",
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="VKEY", help="A verifier key that you trust; may be given again."),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(metavar="CHECK", help="A check that must pass; may be given again."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="The verdicts alone.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Verify bundles, without an archive or a network; exit code 1 where there are findings."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import verify as command

        policy = command.read_policy(expect_digest, key or [], require or [])
        command.verify(screen, files, policy, quiet=quiet)


@app.command("import")
def take_in(
    files: Bundles,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Verify bundles and keep them as read-only mirrors; exit code 1 where one is refused."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import take_in as command

        command.take_in(screen, Where(data, actor), files)


@app.command()
def replay(
    name: Annotated[
        str, typer.Argument(metavar="RUN|DATASET|FILE", help="In the archive, or a bundle.")
    ],
    at: Annotated[
        str | None,
        typer.Option(metavar="VERSION|TIME", help="Up to a version, or a time: 2026-11-23T09:00."),
    ] = None,
    events: Annotated[
        bool | None,
        typer.Option(
            "--events/--no-events",
            help="List every event, or none.",
            show_default="stretches of like ones",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Lines of history, 0 for all.", show_default="200; all as JSON"
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also a bundle that does not verify.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show who did what when, and what it came to, at any moment."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import replay as command

        lines = (0 if as_json else 200) if limit is None else limit
        asked = command.Asked(command.moment_of(at), events, lines, anyway)
        command.replay(screen, Where(data), name, asked)


@app.command()
def rebuild(data: Data = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """Build the tables behind runs, datasets and show anew, from the events alone."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.rebuild(screen, Where(data))
