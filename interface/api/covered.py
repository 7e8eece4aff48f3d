"""What is shown of events, compared with the log, on the threads that may wait for it.

While the log's tiles are made anew, whoever asks for it waits, and whatever else is read does not.
Not here: how events are compared (``application.log_coverage``).
"""

from collections.abc import Mapping, Sequence
from functools import partial

from application.history_page import HistoryEvent
from application.log_coverage import Coverage, ReadEvent, compare
from application.ports import StreamKey
from domain.errors import TablesDiffer
from interface.api.answers import beside
from interface.api.service import Service


async def covered(
    service: Service, events: Sequence[ReadEvent], differing: Sequence[TablesDiffer] = ()
) -> Coverage:
    """How far events were compared with the log; ``differing`` is what tables say otherwise.

    Raises:
        EvidenceDamaged: when one that a signed head covers is not the one that the log has.
        TablesDiffer: when they all are, and the tables differ.
    """
    coverage = await beside(partial(checked, service, events), service.lanes.log)
    if differing:
        raise differing[0]
    return coverage


def checked(service: Service, events: Sequence[ReadEvent]) -> Coverage:
    """The same, for a thread that may wait already."""
    return compare(service.archive.log, service.archive.store, events)


def of_history(key: StreamKey, after: int, events: Sequence[HistoryEvent]) -> list[ReadEvent]:
    """The events of a stream behind a version."""
    return [ReadEvent(key, version, each.leaf) for version, each in enumerate(events, after + 1)]


def told(coverage: Coverage) -> Mapping[str, str]:
    """The header that says how many events were compared, of how many."""
    return {"Eval752-Compared": f"{coverage.compared}/{coverage.of}"}
