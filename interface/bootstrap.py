"""The one join: builds the services of an archive from the rooms of ``infrastructure``.

Not here: what the services do, and the command line. The verifier needs none of this
(``interface.verifying``).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from application.project import catch_up
from application.read_model import ReadModel
from infrastructure.clock import SystemClock
from infrastructure.content.assets import FileAssets
from infrastructure.read_models import open_read_model
from infrastructure.signing.keys import open_identity

from application.export import Exporter
from application.importing import Importer
from application.journal import Journal
from application.ports import Assets, Clock, EventStore, Proofs, Signer
from application.record import Recorder
from infrastructure.content.proofs import FileProofs
from infrastructure.content.spool import FileSpool
from infrastructure.event_store.store import open_store


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open: its ports, and the services over them."""

    folder: Path
    store: EventStore
    assets: Assets
    proofs: Proofs
    signer: Signer
    clock: Clock
    actor: str

    def recorder(self) -> Recorder:
        """Records into the archive's own streams."""
        return Recorder(self.store, self.assets, self.clock, self.signer.origin, self.actor)

    def journal(self) -> Journal:
        """The archive's own stream."""
        return Journal(self.store, self.clock, self.signer, self.actor)

    def exporter(self) -> Exporter:
        """Writes bundles."""
        return Exporter(self.store, self.assets, self.proofs, self.signer, FileSpool)

    def importer(self) -> Importer:
        """Takes in verified bundles."""
        return Importer(self.store, self.assets, self.proofs, self.journal())

    @contextmanager
    def read_model(self) -> Iterator[ReadModel]:
        """The read model, caught up with the store."""
        with open_read_model(self.folder) as read_model:
            catch_up(self.store, read_model)
            yield read_model


@contextmanager
def open_archive(
    folder: Path, *, writable: bool, actor: str = "claimed:local"
) -> Iterator[Archive]:
    """Open the archive of a folder; a writable one is made at first use, with its identity.

    Raises:
        Refused: when another process writes to it.
        NotFound: when it is only to be read and is not there.
    """
    with ExitStack() as opened:
        store = open_store(folder, writable=writable)
        opened.callback(store.close)
        archive = Archive(
            folder=folder,
            store=store,
            assets=FileAssets(folder / "assets"),
            proofs=FileProofs(folder / "proofs"),
            signer=open_identity(folder / "identity"),
            clock=SystemClock(),
            actor=actor,
        )
        if writable:
            archive.journal().created()
        yield archive
