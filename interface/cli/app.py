"""`eval752`: its commands by name, in the order of its help. Not here: options, and the work."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

import typer

from interface.cli import (
    archive_commands,
    bundle_commands,
    key_commands,
    log_commands,
    manage_commands,
    service_commands,
    stamp_commands,
)
from interface.cli.plain_values import PlainCommand, PlainGroup

app = typer.Typer(
    name="eval752",
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 well, 1 findings, 2 refused or unreadable, 70 a bug, 130 interrupted.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - slow, and hardly ever asked

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


_COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "record": archive_commands.record,
    "archive": archive_commands.archive,
    "seal": archive_commands.seal,
    "runs": archive_commands.runs,
    "datasets": archive_commands.datasets,
    "show": archive_commands.show,
    "compare": archive_commands.compare,
    "export": bundle_commands.export,
    "prove": bundle_commands.prove,
    "verify": bundle_commands.verify,
    "report": bundle_commands.report,
    "import": bundle_commands.take_in,
    "replay": bundle_commands.replay,
    "rebuild": archive_commands.rebuild,
    "serve": service_commands.serve,
    "demo": bundle_commands.demo,
    "verifier": bundle_commands.verifier,
}

_GROUPS: Final[Mapping[str, tuple[str, Mapping[str, Callable[..., None]]]]] = {
    "token": (
        "Make, list and revoke tokens for the service.",
        {
            "create": manage_commands.create_token,
            "list": manage_commands.list_tokens,
            "revoke": manage_commands.revoke_token,
        },
    ),
    "project": (
        "Make and list projects.",
        {"add": manage_commands.add_project, "list": manage_commands.list_projects},
    ),
    "log": (
        "The log of all that was recorded, and the audit of anybody's.",
        {
            "show": log_commands.show,
            "checkpoint": log_commands.checkpoint,
            "rebuild": log_commands.rebuild,
            "audit": log_commands.audit,
            "timestamp": stamp_commands.timestamp,
            "witness": stamp_commands.witness,
            "restamp": stamp_commands.restamp,
        },
    ),
    "key": (
        "The keys that the archive signs with.",
        {
            "show": key_commands.show,
            "rotate": key_commands.rotate,
            "compromised": key_commands.compromised,
        },
    ),
    "spool": ("Look after what waits for a service.", {"send": manage_commands.send_spool}),
}

for _name, _command in _COMMANDS.items():
    app.command(_name, cls=PlainCommand)(_command)

for _name, (_help, _commands) in _GROUPS.items():
    _group = typer.Typer(cls=PlainGroup, help=_help, no_args_is_help=True, rich_markup_mode=None)
    for _verb, _command in _commands.items():
        _group.command(_verb, cls=PlainCommand)(_command)
    app.add_typer(_group, name=_name)
