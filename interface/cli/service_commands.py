"""The command that serves an archive: an option for each setting; the work is loaded when it runs.

Not here: what values are allowed (``interface.api.settings``), which takes long to load.
"""
# ruff: noqa: PLC0415, PLR0913, PLR0917 - `--help` must load no web framework; a command has one
# argument for each option

from typing import Annotated, Any

import typer

from interface.cli.invoking import alone
from interface.cli.options import Data
from interface.cli.screen import Screen


def _option(metavar: str, about: str, default: str = "") -> Any:
    return typer.Option(metavar=metavar, help=about, show_default=default or False)


@alone
def serve(
    screen: Screen,
    data: Data = None,
    host: Annotated[str | None, _option("ADDRESS", "Where to listen.", "127.0.0.1")] = None,
    port: Annotated[str | None, _option("N", "0 takes any that is free.", "7520")] = None,
    open: Annotated[  # noqa: A002 - the setting's name
        bool, typer.Option("--open", help="Let everybody on this machine do everything.")
    ] = False,
    tls_cert: Annotated[str | None, _option("FILE", "A certificate, in PEM.")] = None,
    tls_key: Annotated[str | None, _option("FILE", "Its key, in PEM.")] = None,
    proxies: Annotated[str | None, _option("ADDRESS,…", "Proxies to believe.", "none")] = None,
    max_body_size: Annotated[
        str | None, _option("SIZE", "The longest body that is no file.", "64MiB")
    ] = None,
    max_upload_size: Annotated[str | None, _option("SIZE", "The longest file.", "4GiB")] = None,
    body_timeout: Annotated[
        str | None, _option("SECONDS", "How long a body may pause.", "30")
    ] = None,
    token_rate: Annotated[
        str | None, _option("N/TIME", "Requests of one token.", "6000/minute")
    ] = None,
    failure_rate: Annotated[
        str | None, _option("N/TIME", "Failures of one address.", "30/minute")
    ] = None,
    heartbeat: Annotated[
        str | None, _option("SECONDS", "How long live events may be silent.", "15")
    ] = None,
    graceful_timeout: Annotated[
        str | None, _option("SECONDS", "How long a stop waits for requests.", "30")
    ] = None,
    checkpoint_interval: Annotated[
        str | None, _option("SECONDS", "How often the log's head is signed.", "60")
    ] = None,
    public_log: Annotated[
        bool, typer.Option("--public-log", help="Show the log's hashes and heads to everybody.")
    ] = False,
    exports_kept: Annotated[
        str | None, _option("SIZE", "Bundles kept for the next download.", "8GiB")
    ] = None,
    policy: Annotated[
        str | None, _option("FILE", "Whom the service trusts.", "policy.toml among the data")
    ] = None,
    timestamp_authorities: Annotated[
        str | None, _option("URL,…", "Who stamps the log's heads.", "none")
    ] = None,
    timestamp_roots: Annotated[
        str | None, _option("FILE", "The roots of these authorities, in PEM.")
    ] = None,
    witnesses: Annotated[
        str | None, _option("VKEY URL,…", "Who is shown the log's heads.", "none")
    ] = None,
    log_level: Annotated[
        str | None, _option("LEVEL", "debug, info, warning or error.", "info")
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", envvar="EVAL752_CONFIG", help="Settings in TOML; options go first."
        ),
    ] = None,
) -> None:
    """Serve the archive over HTTP."""
    options = locals()
    from interface.cli.commands import serve as command

    command.serve(screen, options, config)
