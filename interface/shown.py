"""What is shown of runs, datasets, tokens, keys and the log, in a terminal and over HTTP.

Not here: how it looks.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.item_detail import EventDetail
from application.key_changes import Changed
from application.keys import Keys
from application.log import Log
from application.log_ports import Head
from application.rows import DatasetRow, Milestone, RunRow, SectionRow
from application.said_of_run import Said
from domain.canonical import Json
from domain.evaluation.archive_keys import ArchiveKey


class RunShown(NamedTuple):
    """A run: its row and first event, totals, what names sections and scorers, what was said."""

    run: RunRow
    registered: EventDetail
    summary: Mapping[str, Json]
    sections: Sequence[SectionRow]
    milestones: Sequence[Milestone]
    said: Said
    scorers: Sequence[str]


class DatasetShown(NamedTuple):
    """A dataset: its row, its first event, its sections."""

    dataset: DatasetRow
    registered: EventDetail
    sections: Sequence[SectionRow]
    milestones: Sequence[Milestone]


class KeyShown(NamedTuple):
    """A key of an archive: its id, its verifier key, its state and its times."""

    id: str
    key: str
    state: str
    begun: str
    ended: str | None
    compromised: str | None


class KeyChanged(NamedTuple):
    """The key that is in force now, and how many events the head has that it signed.

    ``unsigned`` says why there is none.
    """

    in_force: KeyShown
    size: int | None
    unsigned: str | None


def shown_key(key: ArchiveKey) -> KeyShown:
    """A key as it is shown."""
    times = key.begun, key.ended or None, key.compromised or None
    return KeyShown(key.id, key.key, key.state, *times)


def shown_change(changed: Changed) -> KeyChanged:
    """What came of a change, as it is shown."""
    size = changed.head.size if changed.head else None
    return KeyChanged(shown_key(changed.in_force), size, changed.unsigned or None)


class HeadShown(NamedTuple):
    """A head of the log: number of events, root in hex, and the signed note."""

    size: int
    root: str | None
    checkpoint: str | None


class LogShown(NamedTuple):
    """The log: its key, the head that was signed last, and events that no head covers yet.

    Where none was signed, it has size 0 and no root. ``fault`` says why no further one can be; what
    waits is not known then.
    """

    verifier_key: str
    size: int
    root: str | None
    checkpoint: str | None
    waiting: int | None
    fault: str | None = None


def head_shown(head: Head | None) -> HeadShown:
    """A head, or that there is none."""
    if head is None:
        return HeadShown(0, None, None)
    return HeadShown(head.size, head.root.hex(), head.note.decode())


def log_shown(log: Log, keys: Keys) -> LogShown:
    """The log as it is now."""
    head, waiting, fault = log.head(), log.waiting(), log.fault()
    told = (None, str(fault)) if fault else (waiting, None)
    return LogShown(keys.key.encode(), *head_shown(head), *told)


class TokenShown(NamedTuple):
    """A token as it is told; ``token`` is its text, told where it is new and nowhere else."""

    id: str
    role: str
    project: str | None = None
    issued: str = ""
    expires: str | None = None
    label: str | None = None
    revoked: str | None = None
    token: str | None = None
