"""Replays a run or dataset of the archive: unrolled as a bundle has it, beyond any seal.

Not here: the replay itself (``replaying``), and sealed prefixes (``export``).
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from application.bundle_ports import NewSpool
from application.ports import Assets, EventStore, StreamKey
from application.replaying import Replayer
from application.spooled_members import SpooledMembers
from application.stream_state import no_chunks, read_state
from application.unroll import Extent, Writers, survey, unroll
from domain.evaluation.run import Run


@contextmanager
def stored_replay(
    store: EventStore,
    key: StreamKey,
    spool: NewSpool,
    withhold: frozenset[str] = frozenset(),
    assets: Assets | None = None,
) -> Generator[Replayer]:
    """A replayer over all that the archive holds of this run (with its dataset) or dataset.

    ``withhold`` are kinds of parts that it is not shown, nor ``assets`` that these alone list.

    Raises:
        ArchiveDamaged: when the store does not hold what it should.
    """
    with spool() as events, spool() as parts:
        extents = [Extent(each, store.version(each)) for each in streams_of(store, key)]
        writers = Writers(events.write, parts.write)
        surveyed = survey(store, extents, withhold, sealed=False)
        unrolled = unroll(store, extents, surveyed, writers, _unseen)
        members = SpooledMembers(events, parts, assets, unrolled.assets)
        yield Replayer(members, unrolled.disclosure.withheld)


def streams_of(store: EventStore, key: StreamKey) -> Sequence[StreamKey]:
    """A run behind its dataset, or a dataset alone: what is replayed of it."""
    subject = read_state(key.stream, store.state(key), no_chunks).subject
    if isinstance(subject, Run):
        return [StreamKey(subject.dataset_origin, f"dataset/{subject.dataset}"), key]
    return [key]


def _unseen(_events: int) -> None:
    """Progress that nobody sees."""
