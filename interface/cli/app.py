"""The commands of `eval752`, their options and their help; what each does is loaded when it runs.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from pathlib import Path
from typing import Annotated

import typer

from interface.cli.faults import reporting
from interface.cli.options import Actor, AsJson, Bundles, Data, Debug, Stream, Where, whole_number
from interface.cli.plain_values import PlainCommand, PlainGroup

app = typer.Typer(
    name="eval752",
    cls=PlainGroup,
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


@app.command(cls=PlainCommand)
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
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Record datasets, runs, answers and scores, durably."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import record as command

        command.record(screen, Where(data, actor), file, assets, seal=seal)


@app.command(cls=PlainCommand)
def archive(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Log files of other tools.")],
    original: Annotated[
        bool, typer.Option("--original/--no-original", help="Keep the file itself as well.")
    ] = True,
    refuse_secrets: Annotated[
        bool, typer.Option("--refuse-secrets", help="Archive nothing that may hold a secret.")
    ] = False,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Archive another tool's log file as a sealed run."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import archive as command

        command.archive(
            screen, Where(data, actor), files, original=original, refuse_secrets=refuse_secrets
        )


@app.command(cls=PlainCommand)
def seal(
    name: Stream,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Seal a run or dataset as it is now."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import seal as command

        command.seal(screen, Where(data, actor), name)


@app.command(cls=PlainCommand)
def runs(data: Data = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """List the runs, the newest first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.runs(screen, Where(data))


@app.command(cls=PlainCommand)
def datasets(data: Data = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """List the datasets, the newest first."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.datasets(screen, Where(data))


@app.command(cls=PlainCommand)
def show(
    name: Stream,
    item: Annotated[
        str | None, typer.Option(metavar="ID", help="One item, by its id or its index.")
    ] = None,
    epoch: Annotated[str, typer.Option(metavar="N", help="Of an item, the epoch.")] = "1",
    data: Data = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show a run or dataset, or all that is held of one item."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import show as command

        command.show(
            screen, Where(data), name, command.Asked(item, whole_number("--epoch", epoch, 1))
        )


@app.command(cls=PlainCommand)
def export(
    name: Stream,
    output: Annotated[
        str | None,
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
    """Write a sealed run or dataset as one file."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.bootstrap import ExportOptions
        from interface.cli.commands import export as command

        options = ExportOptions(withhold or [], compress, force)
        command.export(screen, Where(data, actor), name, output, options)


@app.command(cls=PlainCommand)
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
    """Verify bundles; needs no archive and no network."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import verify as command

        policy = command.read_policy(expect_digest, key or [], require or [])
        command.verify(screen, files, policy, quiet=quiet)


@app.command("import", cls=PlainCommand)
def take_in(
    files: Bundles,
    data: Data = None,
    actor: Actor = "local",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Verify bundles and keep them as read-only mirrors."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import take_in as command

        command.take_in(screen, Where(data, actor), files)


@app.command(cls=PlainCommand)
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
        str | None,
        typer.Option(
            metavar="N", help="Entries of history, 0 for all.", show_default="200; all as JSON"
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also a bundle that does not verify.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show who did what when, and what it came to."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import replay as command

        lines = whole_number("--limit", limit or ("0" if as_json else "200"), 0)
        asked = command.Asked(command.moment_of(at), events, lines, anyway)
        command.replay(screen, Where(data), name, asked)


@app.command(cls=PlainCommand)
def rebuild(data: Data = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """Build the tables behind runs and show anew."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import listing

        listing.rebuild(screen, Where(data))


@app.command(cls=PlainCommand)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to make its files.")] = Path(
        "eval752-demo"
    ),
    keep: Annotated[bool, typer.Option("--keep/--discard", help="Whether the files stay.")] = True,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """See it all on an example, and three forgeries caught."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import example as command

        command.demo(screen, Path(folder), keep=keep)


@app.command(cls=PlainCommand)
def verifier(
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="The verifier's name.")
    ] = "verify.pyz",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the verifier as one file that any Python runs."""
    with reporting(as_json=as_json, debug=debug) as screen:
        from interface.cli.commands import example as command

        command.verifier(screen, Path(output))
