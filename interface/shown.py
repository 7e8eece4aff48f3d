"""What is shown of runs, datasets and the log, in a terminal and over HTTP.

Not here: how it looks.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.item_detail import EventDetail
from application.log import Log
from application.log_ports import Head
from application.ports import Signer
from application.rows import DatasetRow, Milestone, RunRow, SectionRow
from domain.canonical import Json
from domain.transparency.signed_note import VerifierKey


class RunShown(NamedTuple):
    """A run: its row, its first event, its totals, and what names sections and scorers."""

    run: RunRow
    registered: EventDetail
    summary: Mapping[str, Json]
    sections: Sequence[SectionRow]
    milestones: Sequence[Milestone]
    scorers: Sequence[str]


class DatasetShown(NamedTuple):
    """A dataset: its row, its first event, its sections."""

    dataset: DatasetRow
    registered: EventDetail
    sections: Sequence[SectionRow]
    milestones: Sequence[Milestone]


class HeadShown(NamedTuple):
    """A head of the log: number of events, root in hex, and the signed note."""

    size: int
    root: str | None
    checkpoint: str | None


class LogShown(NamedTuple):
    """The log: its key, the head that was signed last, and events that no head covers yet.

    Where none was signed, it has size 0 and no root.
    """

    verifier_key: str
    size: int
    root: str | None
    checkpoint: str | None
    waiting: int


def head_shown(head: Head | None) -> HeadShown:
    """A head, or that there is none."""
    if head is None:
        return HeadShown(0, None, None)
    return HeadShown(head.size, head.root.hex(), head.note.decode())


def log_shown(log: Log, signer: Signer) -> LogShown:
    """The log as it is now."""
    key = VerifierKey(signer.origin, signer.public_key)
    return LogShown(key.encode(), *head_shown(log.head()), log.waiting())
