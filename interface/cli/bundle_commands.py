"""The commands that write and read bundles: options and help; the work is loaded when it is done.

Not here: the work (``commands``), errors (``faults``), and how results look (``render_*``).
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `verify` must load no database, and `--help` next to
# nothing; a command has one argument for each option

from pathlib import Path
from typing import Annotated

import typer

from interface.cli.invoking import alone, reading, writing
from interface.cli.options import (
    Bundles,
    ExpectDigest,
    PolicyFile,
    Required,
    Stream,
    TrustedKeys,
    Where,
    whole_number,
)
from interface.cli.screen import Screen

Output = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help="The file's name.", show_default="made of names"
    ),
]
Withhold = Annotated[
    list[str] | None,
    typer.Option(metavar="KIND", help="Leave out a kind of part; may be given again."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that has this name.")]


@writing
def export(
    screen: Screen,
    where: Where,
    name: Stream,
    output: Output = None,
    withhold: Withhold = None,
    compress: Annotated[
        bool, typer.Option("--compress", help="Deflate the members; the digest stays the same.")
    ] = False,
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help="A table (csv, jsonl, parquet) or a log (inspect) instead; no evidence.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Write a sealed run or dataset as one file."""
    from interface.cli.archived import BundleOptions
    from interface.cli.commands import export as command

    options = BundleOptions(withhold or [], compress, force, form or "")
    write = command.convert if options.form else command.export
    write(screen, where, name, output, options)


@writing
def prove(
    screen: Screen,
    where: Where,
    name: Annotated[str, typer.Argument(metavar="RUN", help="A sealed run, by id or name.")],
    item: Annotated[str, typer.Option(metavar="ITEM", help="Its own id, or its index.")],
    output: Output = None,
    withhold: Withhold = None,
    force: Force = False,
) -> None:
    """Write one item of a sealed run as one small file, with the proof that the log has it."""
    from interface.cli.archived import BundleOptions
    from interface.cli.commands import prove as command

    options = BundleOptions(withhold or [], overwrite=force)
    command.prove(screen, where, command.Asked(name, item), output, options)


@alone
def verify(
    screen: Screen,
    files: Bundles,
    expect_digest: ExpectDigest = None,
    key: TrustedKeys = None,
    require: Required = None,
    policy: PolicyFile = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="The verdicts alone.")] = False,
) -> None:
    """Verify bundles; needs no archive and no network."""
    from interface.cli.commands import verify as command
    from interface.policies import Demands

    demands = Demands(expect_digest, key or [], require or [])
    required = command.options_policy(screen, policy, demands)
    command.verify(screen, files, required, quiet=quiet)


@writing
def report(
    screen: Screen,
    where: Where,
    name: Annotated[
        str, typer.Argument(metavar="RUN|FILE", help="A sealed run in the archive, or a bundle.")
    ],
    output: Output = None,
    withhold: Withhold = None,
    expect_digest: ExpectDigest = None,
    key: TrustedKeys = None,
    require: Required = None,
    policy: PolicyFile = None,
    force: Force = False,
) -> None:
    """Verify a run or a bundle, and write what it shows as one printable page."""
    from interface.cli.archived import BundleOptions
    from interface.cli.commands import report as command
    from interface.policies import Demands

    demands = Demands(expect_digest, key or [], require or [])
    options = BundleOptions(withhold or [], overwrite=force)
    command.report(screen, where, command.Asked(name, output, options, policy, demands))


@writing
def take_in(screen: Screen, where: Where, files: Bundles) -> None:
    """Verify bundles and keep them as read-only mirrors."""
    from interface.cli.commands import take_in as command

    command.take_in(screen, where, files)


@reading
def replay(
    screen: Screen,
    where: Where,
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
) -> None:
    """Show who did what when, and what it came to."""
    from interface.cli.commands import replay as command

    lines = whole_number("--limit", limit or ("0" if screen.as_json else "200"), 0)
    asked = command.Asked(command.moment_of(at), events, lines, anyway)
    command.replay(screen, where, name, asked)


@alone
def demo(
    screen: Screen,
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Where to make its files.")
    ] = "eval752-demo",
    keep: Annotated[bool, typer.Option("--keep/--discard", help="Whether the files stay.")] = True,
) -> None:
    """See it all on an example, and three forgeries caught."""
    from interface.cli.commands import example as command

    command.demo(screen, Path(folder), keep=keep)


@alone
def verifier(
    screen: Screen,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The verifier's name.",
            show_default="verify.pyz or verify.html",
        ),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="A page that any browser runs, also offline.")
    ] = False,
) -> None:
    """Write the verifier as one file, that any Python runs or any browser."""
    from interface.cli.commands import example as command

    if html:
        command.verify_page(screen, Path(output or "verify.html"))
    else:
        command.verifier(screen, Path(output or "verify.pyz"))
