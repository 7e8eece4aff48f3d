"""What pages show of events, compared with the log, on the threads that may wait for it.

While the log's tiles are made anew, such a page waits, and whatever else is read does not. Not
here: how events are compared (``application.log_coverage``).
"""

from collections.abc import Sequence
from functools import partial

from application.history_page import HistoryEvent, history_page
from application.item_detail import ItemDetail
from application.log_coverage import Coverage, ReadEvent, compare
from application.ports import StreamKey
from application.rows import RunRow
from interface.api.answers import beside
from interface.api.service import Service


async def covered(service: Service, events: Sequence[ReadEvent]) -> Coverage:
    """How far events were compared with the log.

    Raises:
        EvidenceDamaged: when one that a signed head covers is not the one that the log has.
    """
    work = partial(compare, service.archive.log, service.archive.store, events)
    return await beside(work, service.lanes.log)


def of_history(key: StreamKey, after: int, events: Sequence[HistoryEvent]) -> list[ReadEvent]:
    """The events of a stream behind a version."""
    return [ReadEvent(key, version, each.leaf) for version, each in enumerate(events, after + 1)]


def of_result(service: Service, run: RunRow, detail: ItemDetail) -> list[ReadEvent]:
    """All that a page of one result rests on; what scorers are called, the first event says."""
    registered = history_page(service.archive.store, run.key, 0, 1)
    scores = (score.event for score in detail.scores)
    return [
        ReadEvent(run.dataset, detail.question.version, detail.question.leaf),
        *of_history(run.key, 0, registered),
        *(
            ReadEvent(run.key, each.version, each.leaf)
            for each in (*detail.attempts, *scores, *detail.annotations)
        ),
    ]
