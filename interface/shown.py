"""What is shown of a run, dataset or key, in a terminal and over HTTP. Not here: how it looks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.item_detail import EventDetail
from application.key_changes import Changed
from application.rows import DatasetRow, Milestone, RunRow, SectionRow
from domain.canonical import Json
from domain.evaluation.archive_keys import ArchiveKey


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
