"""Recording: actions in, events appended, durable when it returns; a batch wholly or not at all.

Not here: how events are made of actions (``batch``), and how they are kept.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from application.actions import Action, Receipt
from application.batch import Batch, Means, Prepared
from application.completing import Completing
from application.erasing import forgetting
from application.pages import paged
from application.ports import Append, Assets, Clock, EventStore, StreamKey
from application.stored import StoredEvents
from application.stream_state import StreamState, read_state
from domain.errors import InvalidInput, shown
from domain.syntax import is_actor, is_stream

MOST_STATES: Final = 256
"""Streams whose states are kept at hand between commits."""


class Recorder:
    """Records into the archive's own streams; of two at once on one, the later has a conflict."""

    def __init__(
        self, store: EventStore, assets: Assets, clock: Clock, origin: str, actor: str
    ) -> None:
        self.clock, self.events = clock, StoredEvents(store)
        self.origin, self.actor = origin, _checked_actor(actor)
        completing = Completing(store, self.events, origin)
        self._means = Means(store, assets, clock, self.events, completing)
        self._states: dict[str, StreamState] = {}

    def record(self, stream: str, actions: Sequence[Action], actor: str = "") -> Receipt:
        """Append these actions to one stream, in one transaction.

        Raises:
            InvalidInput: naming the place of the action that is malformed.
            Refused: naming the place of the action that may not follow.
            Conflict: when the stream moved on meanwhile, or an event id stands for something else.
        """
        prepared = self.prepare(stream, actions, actor)
        self.commit([prepared])
        return prepared.receipt

    def prepare(self, stream: str, actions: Sequence[Action], actor: str = "") -> Prepared:
        """Check these actions and make their events, which are nowhere until they are committed.

        What is prepared next for this stream follows them.

        Raises:
            InvalidInput, Refused: as :meth:`record`; what was prepared before is forgotten, too.
        """
        if not is_stream(stream):
            raise InvalidInput("stream", "dataset/<uuid> or run/<uuid>", shown(stream))
        try:
            key, actor = StreamKey(self.origin, stream), _checked_actor(actor or self.actor)
            return Batch(self._means, key, self.state(stream), actor).prepare(actions)
        except BaseException:
            self.close_stream(stream)  # it may have taken in what is not stored
            raise

    def commit(self, batches: Sequence[Prepared], beside: Sequence[Append] = ()) -> None:
        """Write all of these in one transaction; the batches of a stream as they were prepared.

        Raises:
            Conflict: when a stream moved on meanwhile, or an event id is known; nothing is written.
        """
        appends = [*beside, *_appends(batches)]  # whose a stream is, is known before it is there
        gone = [name for batch in batches for name in batch.gone]
        try:
            with forgetting(self._means.store, self._means.assets, gone):
                if appends:
                    self._means.store.commit(appends)
        except BaseException:
            for batch in batches:
                self.close_stream(batch.key.stream)
            raise
        if any(batch.erases for batch in batches):
            self.events.forget()
        while len(self._states) > MOST_STATES:
            self.close_stream(next(iter(self._states)))

    def state(self, stream: str) -> StreamState:
        """The state of a stream as it is stored."""
        state = self._states.pop(stream, None)
        if state is None:
            key = StreamKey(self.origin, stream)
            fetch = partial(self._means.store.chunk, key)
            state = read_state(stream, self._means.store.state(key), fetch)
        self._states[stream] = state  # the one that was used last stands last
        return state

    def close_stream(self, stream: str) -> None:
        """Forget what is at hand of a stream: it is done with, or was never stored."""
        self._states.pop(stream, None)
        self._means.completing.forget(stream)


def _checked_actor(actor: str) -> str:
    if not is_actor(actor):
        raise InvalidInput("actor", "claimed:<id> or authenticated:<id>", shown(actor))
    return actor


def _appends(batches: Sequence[Prepared]) -> Iterator[Append]:
    """One append for each stream that has new events, in the order of their first ones."""
    streams: dict[StreamKey, list[Prepared]] = {}
    for batch in batches:
        if batch.events:
            streams.setdefault(batch.key, []).append(batch)
    for key, of_stream in streams.items():
        events = [event for batch in of_stream for event in batch.events]
        yield Append(
            key=key,
            after=events[0].version - 1,
            pages=list(paged(events)),
            state=of_stream[-1].state,
            chunks={at: bits for batch in of_stream for at, bits in batch.chunks.items()},
            ids=[each for batch in of_stream for each in batch.ids],
            items=[each for batch in of_stream for each in batch.items],
            assets=[each for batch in of_stream for each in batch.assets],
            erases=[each for batch in of_stream for each in batch.erases],
        )
