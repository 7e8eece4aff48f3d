"""What commands show of an archive in a folder, compared with its log before it is shown.

Where the log itself is at fault, that is said beside it. Not here: a service's archive, which
compares by itself, and how events are compared (``application.log_coverage``).
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from application.item_detail import ItemDetails
from application.log_coverage import Coverage, ReadEvent, compare, compare_streams
from application.ports import StreamKey
from application.read_model import ReadModel
from application.stored_replay import streams_of
from interface.bootstrap.archive import Archive
from interface.cli.screen import Screen


@contextmanager
def details_of(archive: Archive) -> Generator[tuple[ReadModel, ItemDetails]]:
    """What gathers details; in the end, the events that it has read are compared, and the tables.

    Raises:
        EvidenceDamaged: when one that a signed head covers is not the one that the log has.
        TablesDiffer: when they all are, and the tables say something else.
    """
    with archive.read_model() as read_model:
        details = ItemDetails(archive.store, read_model, archive.signer.origin)
        yield read_model, details
        compare_events(archive, details.read)
        if details.differing:
            raise details.differing[0]


def compare_events(archive: Archive, events: Sequence[ReadEvent]) -> None:
    """Compare events that were read; raises as :func:`details_of`."""
    _tell(compare(archive.log, archive.store, events))


def compare_history(archive: Archive, key: StreamKey) -> None:
    """Compare all events of a run and its dataset, or of a dataset; raises the same."""
    _tell(compare_streams(archive.log, archive.store, streams_of(archive.store, key)))


def _tell(coverage: Coverage) -> None:
    if coverage.fault:
        Screen().note(f"The events could not be compared with the log. {coverage.fault}", "bad")
