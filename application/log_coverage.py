"""Stored events beside the log: whether they are those that its last signed head covers.

What it takes is a tile of hashes or two, however long the stream is. Not here: what no head covers
yet, and what another archive recorded, of which this log knows nothing: only verifying tells.
"""

from collections.abc import Sequence
from typing import NamedTuple

from application.history_page import HistoryEvent
from application.log import Log
from application.ports import EventStore, StreamKey
from domain.errors import RESTORE, EvidenceDamaged, LogDiverged


class Coverage(NamedTuple):
    """Up to which version events were compared, 0 for none; and the log's fault if it has one."""

    until: int = 0
    fault: str = ""


def compare(
    log: Log, store: EventStore, key: StreamKey, first: int, events: Sequence[HistoryEvent]
) -> Coverage:
    """Compare the events of a stream from the version ``first`` on with the log.

    Raises:
        EvidenceDamaged: when one that a signed head covers is not the one that the log has.
    """
    if not events or key.origin != log.origin:
        return Coverage()
    indexes = store.indexes(key, first, first + len(events) - 1)
    try:
        leaves = log.covered(indexes)
    except LogDiverged as problem:
        return Coverage(fault=str(problem))
    for version, (index, event) in enumerate(zip(indexes, events, strict=True), first):
        _check(f"{key.stream}, version {version}", event.leaf, leaves.get(index))
    return Coverage(first + len(leaves) - 1 if leaves else 0)


def _check(place: str, found: str, leaf: bytes | None) -> None:
    if leaf is not None and leaf.hex() != found:
        expected = f"the event that the signed log has, leaf hash {leaf.hex()}"
        raise EvidenceDamaged(place, expected, f"another one, leaf hash {found}", RESTORE)
