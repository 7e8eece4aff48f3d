"""What was said of a run as a whole: findings of its reader, that it is superseded, annotations.

The read models say which events say so, the store what is in them. Not here: what is said of an
item (``item_detail``), and how it is shown.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from application.filed_findings import FiledFindings, findings_in, is_of_run, place_of_findings
from application.item_detail import EventDetail, ItemDetails
from application.ports import StreamKey
from application.read_model import ReadModel
from application.rows import SaidRow
from domain.bundle.history import MOST_SAID
from domain.syntax import MAX_INTEGER


class Found(NamedTuple):
    """Findings of the reader of a log file, and the event that tells them."""

    event: EventDetail
    findings: FiledFindings


class Said(NamedTuple):
    """What was said of a run; ``notes`` are annotations and earlier supersessions, newest first.

    ``found`` and ``superseded`` (the last time that this was said) are not among these. Of all
    ``total`` notes, more are below the version ``before``. Those below ``filed`` were written by
    the archiving of a log file, from what the file says.
    """

    found: Found | None
    superseded: EventDetail | None
    notes: Sequence[EventDetail]
    total: int
    before: int | None
    filed: int
    first_seal: int | None

    @property
    def events(self) -> Iterator[EventDetail]:
        """All that is shown."""
        if self.found:
            yield self.found.event
        if self.superseded:
            yield self.superseded
        yield from self.notes


def said_of_run(
    details: ItemDetails,
    read_model: ReadModel,
    run: StreamKey,
    registered: EventDetail,
    before: int = MAX_INTEGER,
) -> Said:
    """What was said of a run, its notes below a version.

    Raises:
        NotFound: when the run is not here.
    """
    row = read_model.said(
        run, before, MOST_SAID + 3
    )  # one of another page, and two that are no notes
    found = _found(details, run, registered, row)
    apart = {row.superseded, found.event.version if found else None}
    versions = [version for version in row.versions if version not in apart]
    shown = versions[:MOST_SAID]
    (superseded,) = details.events(run, [row.superseded]) if row.superseded else (None,)
    return Said(
        found,
        superseded,
        details.events(run, shown),
        row.total - bool(found) - bool(superseded),
        shown[-1] if len(versions) > MOST_SAID else None,
        (row.first_seal or 0) if "archived_from" in registered.facts else 0,
        row.first_seal,
    )


def _found(
    details: ItemDetails, run: StreamKey, registered: EventDetail, row: SaidRow
) -> Found | None:
    place = place_of_findings(registered.facts, row.first_seal)
    if place is None:
        return None
    (event,) = details.events(run, [place])
    told = event.value("annotation") if is_of_run(event.type, event.facts) else None
    findings = findings_in(told)
    return Found(event, findings) if findings else None
