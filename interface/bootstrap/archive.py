"""An archive that is open: its ports, and the services over them.

Not here: opening it (``opening``), and files that are written from it (``bundle_files``).
"""

from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from application.access import MAIN
from application.archive_report import ArchiveReport, OnSecrets
from application.archiving import Archiver, Begins
from application.archiving import Means as ArchivingMeans
from application.bundle_ports import Proofs
from application.comparing import Comparer
from application.export import Exporter
from application.finding import all_datasets, all_runs
from application.importing import Importer
from application.item_export import ItemExporter
from application.item_export import Means as ItemMeans
from application.journal import Entry, Journal
from application.key_changes import KeyChanges, Note
from application.keys import Keys
from application.log import Log
from application.log_ports import Heads
from application.log_source import Declared
from application.ports import Assets, Clock, EventStore, Progress, StreamKey
from application.project import Rebuilt, catch_up, rebuild
from application.proving import Prover, SeenByOthers
from application.read_model import ReadModel
from application.record import Recorder
from application.replaying import Replayer
from application.stamp_ports import Stamps
from application.stamping import Stamper
from application.stored_replay import stored_replay
from application.witnessing import Witnesser
from domain.bundle.layout import closure
from infrastructure.content.spool import FileSpool
from infrastructure.log_sources import open_log
from infrastructure.read_models import open_read_model
from infrastructure.secret_rules import KingfisherDetector
from infrastructure.signing.timestamps import find_timestamp_verifier
from infrastructure.signing.verify import find_verifier


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open: its ports, and the services over them."""

    folder: Path
    store: EventStore
    assets: Assets
    proofs: Proofs
    signer: Keys
    clock: Clock
    log: Log
    heads: Heads
    stamps: Stamps
    cosignatures: Stamps
    actor: str

    def recorder(self, actor: str = "") -> Recorder:
        """Records into the archive's own streams."""
        origin = self.signer.origin
        return Recorder(self.store, self.assets, self.clock, origin, actor or self.actor)

    def archiver(
        self, actor: str = "", project: str = MAIN, begins: Begins | None = None
    ) -> Archiver:
        """Archives log files."""
        means = ArchivingMeans(self.recorder(actor), self.store, self.assets, KingfisherDetector())
        return Archiver(means, project, begins)

    def journal(self, actor: str = "") -> Journal:
        """The archive's own stream."""
        return Journal(self.store, self.clock, self.signer, actor or self.actor)

    def note(self, entry: Entry) -> None:
        """Write an entry of the journal."""
        self.journal().write([entry])

    def exporter(self) -> Exporter:
        """Writes bundles."""
        return Exporter(self.store, self.assets, self.proofs, self.signer, self.prover())

    def item_exporter(self, read_model: ReadModel) -> ItemExporter:
        """Writes bundles of one item."""
        means = ItemMeans(self.store, self.assets, self.signer, self.log, self.prover())
        return ItemExporter(means, read_model)

    def prover(self) -> Prover:
        """Proves events by the log."""
        means = find_verifier(), find_timestamp_verifier()
        seen = SeenByOthers(self.stamps, self.cosignatures, *means)
        return Prover(self.store, self.proofs, self.log, self.signer, seen)

    def key_changes(self, note: Note | None = None) -> KeyChanges:
        """Replaces the archive's key.

        ``note`` writes the entry of the journal, where somebody else writes to the archive.
        """
        return KeyChanges(self.signer, self.log, note or self.note)

    def comparer(self, read_model: ReadModel, progress: Progress = lambda _: None) -> Comparer:
        """Compares runs."""
        return Comparer(self.store, read_model, self.signer.origin, progress)

    def importer(self, actor: str = "") -> Importer:
        """Takes in verified bundles."""
        return Importer(self.store, self.assets, self.proofs, self.journal(actor))

    def stamper(self) -> Stamper:
        """Has the heads of the log stamped by timestamp authorities."""
        return Stamper(self.heads, self.stamps)

    def witnesser(self) -> Witnesser:
        """Has the heads of the log cosigned by witnesses."""
        return Witnesser(self.log, self.heads, self.cosignatures)

    def replayer(
        self, key: StreamKey, withhold: Iterable[str] = ()
    ) -> AbstractContextManager[Replayer]:
        """Replays all that is held of a run or dataset, but for some kinds of parts."""
        return stored_replay(self.store, key, FileSpool, closure(withhold), self.assets)

    def archive_log(
        self,
        path: Path,
        *,
        original: bool = True,
        on_secrets: OnSecrets = OnSecrets.WARN,
        declared: Declared | None = None,
        archiver: Archiver | None = None,
    ) -> ArchiveReport:
        """Archive another tool's log file; see ``application.archiving.Archiver.archive``.

        What is ``declared`` explains the columns of a plain file.
        """
        archiver = archiver or self.archiver()
        with open_log(path, declared) as log:
            return archiver.archive(log, original=original, on_secrets=on_secrets)

    def rebuild(self) -> Rebuilt:
        """Build the read models from nothing, beside whoever reads and follows them meanwhile."""
        with open_read_model(self.folder) as read_model:
            rebuild(self.store, read_model)
            return Rebuilt(
                runs=sum(1 for _ in all_runs(read_model)),
                datasets=sum(1 for _ in all_datasets(read_model)),
                events=sum(map(self.store.version, self.store.streams())),
            )

    def tables(self) -> AbstractContextManager[ReadModel]:
        """The read model as it is, for who lets it follow the store."""
        return open_read_model(self.folder)

    @contextmanager
    def read_model(self) -> Generator[ReadModel]:
        """The read model, caught up with the store."""
        with self.tables() as read_model:
            catch_up(self.store, read_model)
            yield read_model
