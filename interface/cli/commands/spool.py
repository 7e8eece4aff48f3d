"""``eval752 spool send``: brings what recorders left behind to the service.

Not here: spools (``interface.client``).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from domain.errors import InvalidInput
from interface.cli.credentials import read_token
from interface.cli.faults import REFUSED
from interface.cli.render_recorded import counted
from interface.cli.screen import Line, Screen
from interface.client import Client
from interface.client.spooling import Sent


def send(screen: Screen, server: str | None, token_file: str | None, spool: str | None) -> None:
    """Send each spool for this service; one that is refused stays, and the others go on."""
    if server is None:
        raise InvalidInput("--server", "the address of a service", "none")
    folder = None if spool is None else Path(spool)
    with Client(server, read_token(token_file), spool=folder) as client:
        sent = client.flush_spool()
    for rest in sent:
        if rest.problem:
            screen.exit_code = REFUSED
            screen.note(f"error: {rest.path}: {rest.problem}", "bad")
    screen.show(_lines(sent), lambda: [_document(rest) for rest in sent])


def _lines(sent: Sequence[Sent]) -> Iterator[Line]:
    if not sent:
        yield Line("Nothing waits for this service.")
    for stream, _, recorded, known, _ in (rest.receipt for rest in sent):
        yield Line(f"{stream}  {counted(recorded, 'event')} recorded, {known:,} known before")


def _document(sent: Sent) -> dict[str, Any]:
    problem = {"problem": str(sent.problem)} if sent.problem else {}
    return {"file": str(sent.path), **sent.receipt._asdict(), "left": sent.left, **problem}
