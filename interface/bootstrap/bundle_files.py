"""Bundle files of an archive: writes a run, a dataset or an item into one, and takes one in.

Not here: what is in a bundle (``application.export``, ``application.item_export``), and verifying
(``interface.verifying``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from application.bundle_events import Verified
from application.export import Exported
from application.importing import Change, Imported
from application.journal import Entry, about, of_bundle
from application.key_changes import Note
from application.ports import Progress, StreamKey
from application.project import refresh
from application.read_model import ReadModel
from infrastructure.bundle_zip import BundleWriter, Method, open_bundle
from infrastructure.new_file import scratch_file
from interface.bootstrap.archive import Archive


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Kinds to withhold, whether members are deflated, and whether a file may be replaced."""

    withhold: Sequence[str] = ()
    deflated: bool = False
    overwrite: bool = False

    def writer(self, target: Path) -> BundleWriter:
        """What writes a bundle to this place."""
        method = Method.DEFLATED if self.deflated else Method.STORED
        return BundleWriter(target, method, overwrite=self.overwrite)


class BundleFiles:
    """Writes bundles of one archive; that content leaves is recorded before it does.

    ``note`` writes the entry of the journal, where somebody else writes to the archive.
    """

    def __init__(self, archive: Archive, note: Note | None = None) -> None:
        self._archive, self._note = archive, note or archive.note

    def export(
        self, key: StreamKey, target: Path, options: ExportOptions, progress: Progress
    ) -> Exported:
        """Write a sealed run or dataset.

        Raises:
            Refused: when it is not sealed, or the target is taken or cannot be written.
        """
        exporter = self._archive.exporter()
        extents = exporter.extents(key)

        def write(bundle: BundleWriter) -> Exported:
            return exporter.export(extents, bundle, options.withhold, progress)

        with options.writer(target) as bundle:
            exported = _by_a_draft(write, bundle, target) if options.deflated else write(bundle)
            *_, end = exported.manifest.streams
            self._note(of_bundle("archive.exported", key, end.size, end.root, exported.digest))
        return exported

    def export_item(
        self,
        read_model: ReadModel,
        place: tuple[StreamKey, int],
        target: Path,
        options: ExportOptions,
    ) -> Exported:
        """Write one item of a sealed run.

        Raises:
            Refused: when it is not sealed, or the target is taken or cannot be written.
        """
        run, item = place
        exporter = self._archive.item_exporter(read_model)
        with options.writer(target) as bundle:
            exported = exporter.export(run, item, bundle, options.withhold)
            self._note(Entry("archive.disclosed", about(run, item=item)))
        return exported


def import_bundle(
    archive: Archive,
    bundle: Verified,
    actor: str = "",
    beside: Callable[[StreamKey], Entry] | None = None,
) -> Imported:
    """Import a verified bundle, and let the read models follow."""
    imported = archive.importer(actor).take(bundle, beside)
    with archive.read_model() as read_model:
        for end, change in imported.changes:
            if change in {Change.FULLER, Change.EXTENDED}:  # their parts may be fuller now
                refresh(archive.store, read_model, StreamKey(end.origin, end.stream))
    return imported


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
