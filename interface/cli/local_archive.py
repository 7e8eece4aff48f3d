"""An archive in a folder here, as commands need it.

Not here: the services (``interface.bootstrap``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final

from application.access import Role
from application.access_book import SECRET_BYTES, AccessBook, Token, TokenRequest
from application.archive_report import ArchiveReport, LogOptions
from application.bundle_events import Verified
from application.comparison import Asked, Comparison, Direction, Flip
from application.export import Exported
from application.finding import all_datasets, all_runs, find_by_id, find_by_name, not_found
from application.importing import Imported
from application.item_detail import EventDetail, ItemDetail
from application.journal import Entry, about
from application.ports import Progress, StreamKey
from application.project import Rebuilt
from application.replaying import Replayer
from application.rows import DatasetRow, RunRow
from application.said_of_run import said_of_run
from application.sealing import seal
from application.session import Session
from domain.errors import Refused
from domain.evaluation.config import scorers_of
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions, import_bundle
from interface.bootstrap.on_demand import statistics
from interface.cli.archived import BundleOptions, Sealed, Sending
from interface.cli.asset_folder import AssetFolder
from interface.cli.compared import compare_events, compare_history, details_of
from interface.cli.local_log import LocalLog
from interface.policies import own_policy
from interface.run_forms import write_form
from interface.shown import (
    DatasetShown,
    KeyChanged,
    KeyShown,
    RunShown,
    TokenShown,
    shown_change,
    shown_key,
)

_CHUNK: Final = 2**20


class LocalArchive:
    """``interface.cli.archived.Archived`` over an archive that is open."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def find(self, name: str) -> StreamKey:
        """The stream that RUN|DATASET means."""
        key = find_by_id(self._archive.store, name, self._archive.signer.origin)
        if key is None:
            with self._archive.read_model() as read_model:
                key = find_by_name(read_model, name)
        if key is None:
            raise not_found(name)
        return key

    def runs(self) -> Sequence[RunRow]:
        """All runs, the newest first."""
        with self._archive.read_model() as read_model:
            return [*all_runs(read_model)]

    def datasets(self) -> Sequence[DatasetRow]:
        """All datasets, the newest first."""
        with self._archive.read_model() as read_model:
            return [*all_datasets(read_model)]

    def run(self, key: StreamKey) -> RunShown:
        """One run."""
        with details_of(self._archive) as (read_model, details):
            row = read_model.run(key)
            registered, *_ = details.events(key, [1])
            names = [scorer.name for scorer in scorers_of(registered.value("config"))]
            sections, milestones = read_model.sections(row.dataset), read_model.milestones(key)
            summary = read_model.summary(key)
            said = said_of_run(details, read_model, key, registered)
            return RunShown(row, registered, summary, sections, milestones, said, names)

    def dataset(self, key: StreamKey) -> DatasetShown:
        """One dataset."""
        with details_of(self._archive) as (read_model, details):
            registered, *_ = details.events(key, [1])
            row, sections = read_model.dataset(key), read_model.sections(key)
            return DatasetShown(row, registered, sections, read_model.milestones(key))

    def item(self, dataset: StreamKey, item: str) -> EventDetail:
        """One item, by its own id or its index."""
        with details_of(self._archive) as (_, details):
            return details.item(dataset, details.index_of(dataset, item))

    def result(self, run: StreamKey, item: str, epoch: int) -> ItemDetail:
        """What a run made of an item."""
        with details_of(self._archive) as (read_model, details):
            index = details.index_of(read_model.run(run).dataset, item)
            return details.result(run, index, epoch)

    def compare(self, runs: Sequence[StreamKey], asked: Asked) -> Comparison:
        """Each run after the first beside it."""
        with self._archive.read_model() as read_model:
            comparer = self._archive.comparer(read_model)
            found = comparer.compare(runs, asked, statistics())
            compare_events(self._archive, comparer.read)
            return found

    def flips(
        self, runs: Sequence[StreamKey], asked: Asked, direction: Direction
    ) -> Iterator[Flip]:
        """The results of two runs whose scores differ; :meth:`compare` has looked at the runs."""
        with self._archive.read_model() as read_model:
            yield from self._archive.comparer(read_model).flips(runs, asked, direction)

    def history(self, key: StreamKey) -> AbstractContextManager[Replayer]:
        """The history of a run with its dataset, or of a dataset."""
        compare_history(self._archive, key)
        return self._archive.replayer(key)

    def session(self, folder: AssetFolder | None) -> Session:
        """What takes lines of actions, with the assets that they find in a folder."""
        link = None if folder is None else folder.linked(self._keep)
        return Session(self._archive.recorder(), link)

    def seal(self, key: StreamKey) -> Sealed:
        """Seal one stream."""
        archive = self._archive
        if key.origin != archive.signer.origin:
            found = f"a mirror of {key.origin}"
            remedy = "Only the archive that recorded it can seal it."
            raise Refused(key.stream, "a stream of this archive", found, remedy)
        receipt = seal(archive.recorder(), key.stream)
        return Sealed(receipt.version if receipt else archive.store.version(key), bool(receipt))

    def dataset_name(self, key: StreamKey) -> str:
        """The name of a dataset, or of a run's; "" where it is not known."""
        with self._archive.read_model() as read_model:
            is_run = key.stream.startswith("run/")
            row = read_model.run(key) if is_run else read_model.dataset(key)
        return (row.dataset_name if isinstance(row, RunRow) else row.name) or ""

    def export(
        self, key: StreamKey, target: Path, options: BundleOptions, progress: Progress
    ) -> Exported:
        """Write a bundle."""
        given = ExportOptions(options.withhold, options.deflated, options.overwrite)
        return BundleFiles(self._archive).export(key, target, given, progress)

    def prove(self, run: StreamKey, item: str, target: Path, options: BundleOptions) -> Exported:
        """Write a bundle of one item of a run, by its own id or its index."""
        given = ExportOptions(options.withhold, options.deflated, options.overwrite)
        with details_of(self._archive) as (read_model, details):
            index = details.index_of(read_model.run(run).dataset, item)
            return BundleFiles(self._archive).export_item(read_model, (run, index), target, given)

    def convert(self, key: StreamKey, target: Path, options: BundleOptions) -> int:
        """Write another tool's form; that its content leaves is recorded before it does."""
        compare_history(self._archive, key)
        self._archive.note(Entry("archive.disclosed", about(key)))
        with self._archive.replayer(key, [*options.withhold, "original"]) as replayer:
            deflated, overwrite = options.deflated, options.overwrite
            return write_form(
                replayer, options.form, target, deflated=deflated, overwrite=overwrite
            )

    def archive_log(self, path: Path, options: LogOptions, sending: Sending) -> ArchiveReport:  # noqa: ARG002 - nothing is sent
        """Archive another tool's log file, or the folder of one."""
        return self._archive.archive_log(path, **options._asdict())

    def policy(self) -> Policy:
        """The archive's own policy."""
        return own_policy(self._archive.folder)

    def take_in(self, file: Path, bundle: Verified) -> Imported:  # noqa: ARG002 - others send it
        """Import a bundle that was verified here."""
        return import_bundle(self._archive, bundle)

    @property
    def log(self) -> LocalLog:
        """Its log."""
        return LocalLog(self._archive)

    def rebuild(self) -> Rebuilt:
        """Build the read models from nothing."""
        return self._archive.rebuild()

    def tokens(self) -> Iterator[TokenShown]:
        """All tokens, in the order in which they were issued."""
        return map(_shown, self._book().tokens)

    def issue(self, wanted: Mapping[str, Any]) -> TokenShown:
        """Make a token."""
        asked = TokenRequest(**{**wanted, "role": Role(wanted["role"])})
        token, now = self._archive.clock.event_id(), self._archive.clock.now()
        text, entry = self._book().issue(asked, token, token_bytes(SECRET_BYTES), now)
        self._archive.note(entry)
        known = next(known for known in self._book().tokens if known.id == token)
        return _shown(known)._replace(token=text)

    def revoke(self, token: str) -> None:
        """Make a token useless."""
        self._archive.note(self._book().revoke(token))

    def projects(self) -> Sequence[str]:
        """All projects."""
        return self._book().projects

    def add_project(self, project: str) -> None:
        """Make a project."""
        self._archive.note(self._book().add_project(project))

    def keys(self) -> Sequence[KeyShown]:
        """All keys of the archive, the one in force last."""
        return [*map(shown_key, self._archive.signer.known())]

    def rotate_key(self) -> KeyChanged:
        """Put a new key in force."""
        return shown_change(self._archive.key_changes().rotate())

    def compromise_key(self, key: str, since: str) -> KeyChanged:
        """Say that the key of this id is in other hands."""
        now = self._archive.clock.now()
        return shown_change(self._archive.key_changes().compromised(key, since, now))

    def _book(self) -> AccessBook:
        return AccessBook(self._archive.store, self._archive.journal().key)

    def _keep(self, file: Path, ext: str) -> str:
        return self._archive.assets.put(_chunks(file), ext)


def _shown(token: Token) -> TokenShown:
    named = token._asdict()
    return TokenShown(**{name: named[name] for name in TokenShown._fields if name in named})


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
