"""The folder of spools of one service: opening them, and sending what earlier processes left.

Not here: one spool (``spool_file``), and sending (``sending``).
"""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from application.actions import Receipt
from domain.errors import Eval752Error, Refused
from interface.client.exchange import Flow
from interface.client.retrying import Retries
from interface.client.sending import Outbox, sending
from interface.client.spool_file import Head, SpoolFile, spool_path, spools_in


class Sent(NamedTuple):
    """What became of a spool: what the service took, and why not the ``left`` ones."""

    path: Path
    receipt: Receipt
    left: int
    problem: Exception | None


class SpoolFolder:
    """Where the recordings for one service have their spools; None is the user's own folder."""

    def __init__(self, folder: Path | None, service: str) -> None:
        self._folder, self._service = folder, service

    @property
    def folder(self) -> Path:
        """The folder; it need not be there."""
        return self._folder or default_folder()

    def open(self, stream: str) -> SpoolFile:
        """The spool of a stream, with what an earlier process left in it."""
        return SpoolFile(spool_path(self.folder, stream), Head(self._service, stream))

    def left(self, stream: str | None = None) -> Iterator[SpoolFile]:
        """The spools for this service that are there, or that of one stream; each is closed after.

        One that is in use is left to who uses it, unless it is asked for by its stream.

        Raises:
            Refused: when that one is in use.
            InvalidInput: when one is no spool.
        """
        asked = None if stream is None else spool_path(self.folder, stream)
        for path in spools_in(self.folder):
            if asked in {None, path}:
                try:
                    spool = SpoolFile(path)
                except Refused:
                    if asked:
                        raise
                    continue
                yield from self._ours(spool)

    def _ours(self, spool: SpoolFile) -> Iterator[SpoolFile]:
        try:
            if spool.head.service == self._service:
                yield spool
        finally:
            spool.close()


def sending_rest(spool: SpoolFile, retries: Retries) -> Flow[Sent]:
    """Send what waits in a spool to which nobody adds."""
    outbox = Outbox(spool, nullcontext(), _nobody)
    outbox.end()
    try:
        yield from sending(outbox, retries)
    except Eval752Error as problem:
        outbox.stop(problem)
    return Sent(spool.path, outbox.receipt, spool.left, outbox.problem)


def default_folder() -> Path:
    """The user's own folder of spools."""
    from platformdirs import user_state_path  # noqa: PLC0415 - only where it is asked

    return user_state_path("eval752", appauthor=False) / "spool"


def _nobody() -> None:
    """Nobody waits for it."""
