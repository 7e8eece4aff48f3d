"""What is shown of a run, dataset or token, in a terminal and over HTTP. Not here: how it looks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.item_detail import EventDetail
from application.rows import DatasetRow, Milestone, RunRow, SectionRow
from domain.canonical import Json


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
