"""What commands need of an archive, whether it is in a folder here or behind a service.

Two implementations, ``local_archive`` and ``remote_archive``: the commands and what they say are
the same for both. Not here: which one (``options``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from application.archive_report import ArchiveReport, LogOptions
from application.bundle_events import Verified
from application.comparison import Asked, Comparison, Direction, Flip
from application.export import Exported
from application.importing import Imported
from application.item_detail import EventDetail, ItemDetail
from application.ports import Progress, StreamKey
from application.project import Rebuilt
from application.replaying import Moment, Replayed
from application.rows import DatasetRow, RunRow
from application.session import Session
from application.stamp_ports import Authority, Witness
from application.stamping import Stamped
from domain.evaluation.events import Event
from domain.verification.policy import Policy
from interface.cli.asset_folder import AssetFolder
from interface.shown import (
    DatasetShown,
    HeadShown,
    KeyChanged,
    KeyShown,
    LogShown,
    RunShown,
    TokenShown,
)


class Sealed(NamedTuple):
    """The version of a seal, and whether it is a new one."""

    version: int
    new: bool


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """Kinds to withhold, whether members are deflated, and whether a file may be replaced.

    ``form`` is another tool's, instead of a bundle.
    """

    withhold: Sequence[str] = ()
    deflated: bool = False
    overwrite: bool = False
    form: str = ""


class History(Protocol):
    """Who did what when, and the state that it makes, at any moment."""

    def events(self, moment: Moment) -> Iterator[Event]:
        """The events that had happened by then, in order."""
        ...

    def state(self, moment: Moment) -> Replayed:
        """The state then."""
        ...


class Managed(Protocol):
    """What commands need to manage who may do what, and keys."""

    def tokens(self) -> Iterable[TokenShown]:
        """All tokens, in the order in which they were issued."""
        ...

    def issue(self, wanted: Mapping[str, Any]) -> TokenShown:
        """Make a token: ``role``, and perhaps ``project``, ``expires``, ``label``."""
        ...

    def revoke(self, token: str) -> None:
        """Make a token useless."""
        ...

    def projects(self) -> Sequence[str]:
        """All projects."""
        ...

    def add_project(self, project: str) -> None:
        """Make a project."""
        ...

    def keys(self) -> Sequence[KeyShown]:
        """All keys of the archive, the one in force last."""
        ...

    def rotate_key(self) -> KeyChanged:
        """Put a new key in force."""
        ...

    def compromise_key(self, key: str, since: str) -> KeyChanged:
        """Say that the key of this id is in other hands, since a time or ""."""
        ...


class KeptLog(Protocol):
    """What commands need to keep an archive's log.

    Authorities and witnesses are those that the command names; a service asks its own.
    """

    def show(self) -> LogShown:
        """How far it was signed."""
        ...

    def checkpoint(self) -> HeadShown:
        """Sign the head as it is now."""
        ...

    def rebuild(self) -> HeadShown:
        """Make the tiles anew."""
        ...

    def timestamp(self, authorities: Sequence[Authority]) -> Sequence[Stamped]:
        """Sign the head, and have each head stamped that they have not seen."""
        ...

    def witness(self, witnesses: Sequence[Witness]) -> Sequence[Stamped]:
        """Sign the head, and have each head cosigned that they have not seen."""
        ...

    def restamp(self, authorities: Sequence[Authority]) -> Sequence[Stamped]:
        """Have each head that has timestamps stamped again, together with these."""
        ...


Sending = Callable[[int, int], None]
"""Told how many bytes were sent, of how many; of what is here already, nothing is."""


class Archived(Managed, Protocol):
    """An archive that is open for a command; each method raises what the archive raises."""

    @property
    def log(self) -> KeptLog:
        """Its log."""
        ...

    def rebuild(self) -> Rebuilt:
        """Build the read models from nothing."""
        ...

    def find(self, name: str) -> StreamKey:
        """The stream that RUN|DATASET means."""
        ...

    def runs(self) -> Sequence[RunRow]:
        """All runs, the newest first."""
        ...

    def datasets(self) -> Sequence[DatasetRow]:
        """All datasets, the newest first."""
        ...

    def run(self, key: StreamKey) -> RunShown:
        """One run."""
        ...

    def dataset(self, key: StreamKey) -> DatasetShown:
        """One dataset."""
        ...

    def item(self, dataset: StreamKey, item: str) -> EventDetail:
        """One item, by its own id or its index."""
        ...

    def result(self, run: StreamKey, item: str, epoch: int) -> ItemDetail:
        """What a run made of an item."""
        ...

    def compare(self, runs: Sequence[StreamKey], asked: Asked) -> Comparison:
        """Each run after the first beside it."""
        ...

    def flips(
        self, runs: Sequence[StreamKey], asked: Asked, direction: Direction
    ) -> Iterator[Flip]:
        """The results of two runs whose scores differ."""
        ...

    def history(self, key: StreamKey) -> AbstractContextManager[History]:
        """The history of a run with its dataset, or of a dataset."""
        ...

    def session(self, folder: AssetFolder | None) -> Session:
        """What takes lines of actions, with the assets that they find in a folder."""
        ...

    def seal(self, key: StreamKey) -> Sealed:
        """Seal one stream."""
        ...

    def dataset_name(self, key: StreamKey) -> str:
        """The name of a dataset, or of a run's; "" where it is not known."""
        ...

    def export(
        self, key: StreamKey, target: Path, options: BundleOptions, progress: Progress
    ) -> Exported:
        """Write a bundle."""
        ...

    def prove(self, run: StreamKey, item: str, target: Path, options: BundleOptions) -> Exported:
        """Write a bundle of one item of a run, by its own id or its index."""
        ...

    def convert(self, key: StreamKey, target: Path, options: BundleOptions) -> int:
        """Write the results of a run in another tool's form; return how many there are."""
        ...

    def archive_log(self, path: Path, options: LogOptions, sending: Sending) -> ArchiveReport:
        """Archive another tool's log file, or the folder of one."""
        ...

    def policy(self) -> Policy:
        """What it requires of a bundle before it takes it in, as far as that is known here."""
        ...

    def take_in(self, file: Path, bundle: Verified) -> Imported:
        """Import a bundle that was verified here."""
        ...
