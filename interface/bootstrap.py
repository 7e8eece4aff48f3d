"""The one join: builds the services of an archive from the rooms of ``infrastructure``.

Not here: what the services do, and the command line. The verifier needs none of this
(``interface.verifying``).
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from application.access import MAIN
from application.archive_report import ArchiveReport, OnSecrets
from application.archiving import Archiver, Begins
from application.archiving import Means as ArchivingMeans
from application.bundle_events import Verified
from application.bundle_ports import Proofs
from application.comparing import Comparer
from application.erasing import forget_doomed
from application.export import Exported, Exporter
from application.finding import all_datasets, all_runs
from application.importing import Change, Imported, Importer
from application.item_export import ItemExporter, Means
from application.journal import Entry, Journal, about, of_bundle
from application.key_changes import KeyChanges
from application.keys import STREAM as JOURNAL
from application.keys import Keys
from application.log import Log
from application.log_ports import Heads
from application.log_source import Declared
from application.paired_statistics import Statistics
from application.ports import Assets, Clock, EventStore, Progress, StreamKey
from application.project import Rebuilt, catch_up, rebuild, refresh
from application.proving import Prover, SeenByOthers
from application.read_model import ReadModel
from application.record import Recorder
from application.replaying import Replayer
from application.stamp_ports import Authority, Stamps, Witness
from application.stamping import Stamper
from application.stored_replay import stored_replay
from application.witnessing import Witnesser
from domain.bundle.layout import closure
from domain.errors import ArchiveDamaged
from infrastructure.bundle_zip import BundleWriter, Method, open_bundle
from infrastructure.clock import SystemClock
from infrastructure.content.assets import FileAssets
from infrastructure.content.proofs import FileProofs
from infrastructure.content.spool import FileSpool
from infrastructure.content.stamps import FileStamps
from infrastructure.event_store.store import FILE, open_store
from infrastructure.log_sources import open_log
from infrastructure.log_tiles.heads import FileHeads
from infrastructure.log_tiles.tiles import FileTiles
from infrastructure.new_file import scratch_file
from infrastructure.read_models import open_read_model
from infrastructure.scipy_statistics import ScipyStatistics
from infrastructure.secret_rules import KingfisherDetector
from infrastructure.signing.keys import FILE as IDENTITY
from infrastructure.signing.keys import KeyFiles
from infrastructure.signing.timestamps import find_timestamp_verifier
from infrastructure.signing.verify import find_verifier


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Kinds to withhold, whether members are deflated, and whether a file may be replaced."""

    withhold: Sequence[str] = ()
    deflated: bool = False
    overwrite: bool = False


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

    def exporter(self) -> Exporter:
        """Writes bundles."""
        return Exporter(self.store, self.assets, self.proofs, self.signer, self.prover())

    def prover(self) -> Prover:
        """Proves events by the log."""
        means = find_verifier(), find_timestamp_verifier()
        seen = SeenByOthers(self.stamps, self.cosignatures, *means)
        return Prover(self.store, self.proofs, self.log, self.signer, seen)

    def key_changes(self, note: Callable[[Entry], None] | None = None) -> KeyChanges:
        """Replaces the archive's key.

        ``note`` writes the entry of the journal, where somebody else writes to the archive.
        """
        journal = self.journal()
        return KeyChanges(self.signer, self.log, note or (lambda entry: journal.write([entry])))

    def comparer(self, read_model: ReadModel, progress: Progress = lambda _: None) -> Comparer:
        """Compares runs."""
        return Comparer(self.store, read_model, self.signer.origin, progress)

    def importer(self, actor: str = "") -> Importer:
        """Takes in verified bundles."""
        return Importer(self.store, self.assets, self.proofs, self.journal(actor))

    def export(
        self,
        key: StreamKey,
        target: Path,
        options: ExportOptions,
        progress: Progress,
        note: Callable[[Entry], None] | None = None,
    ) -> Exported:
        """Write a sealed run or dataset as a bundle; that it leaves is recorded before it does.

        ``note`` writes the entry of the journal, where somebody else writes to the archive.

        Raises:
            Refused: when it is not sealed, or the target is taken or cannot be written.
        """
        exporter = self.exporter()
        extents = exporter.extents(key)

        def write(bundle: BundleWriter) -> Exported:
            return exporter.export(extents, bundle, options.withhold, progress)

        method = Method.DEFLATED if options.deflated else Method.STORED
        with BundleWriter(target, method, overwrite=options.overwrite) as bundle:
            exported = _by_a_draft(write, bundle, target) if options.deflated else write(bundle)
            *_, end = exported.manifest.streams
            entry = of_bundle("archive.exported", key, end.size, end.root, exported.digest)
            if note:
                note(entry)
            else:
                self.journal().write([entry])
        return exported

    def export_item(
        self,
        read_model: ReadModel,
        place: tuple[StreamKey, int],
        target: Path,
        options: ExportOptions,
        note: Callable[[Entry], None] | None = None,
    ) -> Exported:
        """Write one item of a sealed run as a bundle; that it leaves is recorded before it does.

        Raises:
            Refused: when it is not sealed, or the target is taken or cannot be written.
        """
        means = Means(self.store, self.assets, self.signer, self.log, self.prover())
        run, item = place
        method = Method.DEFLATED if options.deflated else Method.STORED
        with BundleWriter(target, method, overwrite=options.overwrite) as bundle:
            exporter = ItemExporter(means, read_model)
            exported = exporter.export(run, item, bundle, options.withhold)
            entry = Entry("archive.disclosed", about(run, item=item))
            if note:
                note(entry)
            else:
                self.journal().write([entry])
        return exported

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

    def take_in(
        self,
        bundle: Verified,
        actor: str = "",
        beside: Callable[[StreamKey], Entry] | None = None,
    ) -> Imported:
        """Import a verified bundle, and let the read models follow."""
        imported = self.importer(actor).take(bundle, beside)
        with self.read_model() as read_model:
            for end, change in imported.changes:
                if change in {Change.FULLER, Change.EXTENDED}:  # their parts may be fuller now
                    refresh(self.store, read_model, StreamKey(end.origin, end.stream))
        return imported

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


def statistics() -> Statistics:
    """The statistics of comparisons.

    Raises:
        Refused: when the library for them is not installed.
    """
    return ScipyStatistics()


@contextmanager
def open_archive(
    folder: Path, *, writable: bool, make: bool = True, actor: str = "claimed:local"
) -> Generator[Archive]:
    """Open the archive of a folder; with ``make``, a writable one is made, with its identity.

    Raises:
        Refused: when another process writes to it, or its identity is another archive's.
        NotFound: when it is not there and is not to be made.
        ArchiveDamaged: when its identity is gone, or its events are and its log is not.
    """
    with ExitStack() as opened:
        store = open_store(folder, writable=writable, make=make)
        opened.callback(store.close)
        assets = FileAssets(folder / "assets")
        signer = Keys(_own_identity(folder / "identity", store), store)
        log = folder / "log"
        heads = FileHeads(log)
        archive = Archive(
            folder=folder,
            store=store,
            assets=assets,
            proofs=FileProofs(folder / "proofs"),
            signer=signer,
            clock=SystemClock(),
            log=Log(store, FileTiles(log), heads, signer, writable=writable),
            heads=heads,
            stamps=FileStamps(log / "timestamps"),
            cosignatures=FileStamps(log / "cosignatures", "note"),
            actor=actor,
        )
        if writable:
            _check_begun(archive)
            signer.follow()
            archive.journal().created()
            assets.sweep()
            forget_doomed(store, assets)
        yield archive


def timestamp_authorities(urls: Sequence[str], roots: Path) -> Sequence[Authority]:
    """The authorities at these addresses, whose timestamps must lead to a root of this file.

    Raises:
        UnreadableFile: when there is no certificate in it.
    """
    from infrastructure.signing.authority import HttpAuthority, read_roots  # noqa: PLC0415 - loads the network

    trusted = read_roots(roots)
    return [HttpAuthority(url, trusted) for url in dict.fromkeys(urls)]


def http_witness(url: str, key: str) -> Witness:
    """The witness at this address that has this verifier key.

    Raises:
        InvalidInput: when it is no key of a witness.
    """
    from infrastructure.signing.witness import HttpWitness  # noqa: PLC0415 - loads the network

    return HttpWitness(url, key)


def _own_identity(folder: Path, store: EventStore) -> KeyFiles:
    """The identity that the archive began with; one that has not begun gets a new one."""
    origin = next((key.origin for key in store.streams() if key.stream == JOURNAL), None)
    if origin and not (folder / IDENTITY).exists():
        remedy = "Restore this file from a backup; without it the archive has to begin anew."
        raise ArchiveDamaged(str(folder / IDENTITY), f"the identity of {origin}", "none", remedy)
    return KeyFiles(folder, origin)


def _check_begun(archive: Archive) -> None:
    """Check that an archive without events has signed none either: it is to get its first now."""
    signed = archive.log.has_signed()
    if signed and not archive.store.version(StreamKey(archive.signer.origin, JOURNAL)):
        place = str(archive.folder / FILE)
        expected = f"the events of {archive.signer.origin}, whose log was signed"
        remedy = "Put the newest copy of this file back, or begin an archive in another folder."
        raise ArchiveDamaged(place, expected, "none", remedy)


def _by_a_draft(
    write: Callable[[BundleWriter], Exported], bundle: BundleWriter, target: Path
) -> Exported:
    """Write a stored bundle, in which members can be read again, and copy it; it does not stay."""
    with scratch_file(target) as draft:
        with BundleWriter(draft) as stored:
            exported = write(stored)
        with open_bundle(draft) as members:
            for name in members.names():
                bundle.copy(name, members.chunks(name))
    return exported
