"""Opens the archive of a folder: its files as ports, its identity, and what a crash left behind.

Not here: the services of an archive that is open (``archive``).
"""

from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from application.erasing import forget_doomed
from application.keys import STREAM as JOURNAL
from application.keys import Keys
from application.log import Log
from application.log_ports import LogFiles
from application.ports import EventStore, StreamKey
from domain.errors import ArchiveDamaged
from infrastructure.clock import SystemClock
from infrastructure.content.assets import FileAssets
from infrastructure.content.proofs import FileProofs
from infrastructure.content.stamps import FileStamps
from infrastructure.event_store.store import FILE, open_store
from infrastructure.log_tiles.heads import FileHeads
from infrastructure.log_tiles.tiles import FileTiles
from infrastructure.signing.keys import FILE as IDENTITY
from infrastructure.signing.keys import KeyFiles
from interface.bootstrap.archive import Archive


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
    with closing(open_store(folder, writable=writable, make=make)) as store:
        assets = FileAssets(folder / "assets")
        signer = Keys(_own_identity(folder / "identity", store), store)
        log = folder / "log"
        files = LogFiles(FileTiles(log), FileHeads(log), FileStamps(log / "cosignatures", "note"))
        archive = Archive(
            folder=folder,
            store=store,
            assets=assets,
            proofs=FileProofs(folder / "proofs"),
            signer=signer,
            clock=SystemClock(),
            log=Log(store, files, signer, writable=writable),
            heads=files.heads,
            stamps=FileStamps(log / "timestamps"),
            cosignatures=files.cosignatures,
            actor=actor,
        )
        if writable:
            _check_begun(archive)
            signer.follow()
            archive.journal().created()
            assets.sweep()
            forget_doomed(store, assets)
        yield archive


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
