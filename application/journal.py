"""The archive's own stream: what left, came in or was verified, tokens and projects.

One event each.

Not here: recording into datasets and runs (``record``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from application.keys import STREAM, Keys, archive_state
from application.pages import Recorded, paged
from application.ports import Append, Clock, EventStore, StreamKey
from application.stream_state import StreamState
from domain.bundle.parts import digest_of, write_part
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from domain.evaluation.events import FORMAT, Event, check_content, write_event
from domain.syntax import is_actor


class Entry(NamedTuple):
    """What is to be written: an event's type, facts and parts; ``actor`` "" is the journal's."""

    type: str
    facts: Mapping[str, Any]
    actor: str = ""
    parts: Mapping[str, Json] = {}


def about(key: StreamKey, **facts: Any) -> dict[str, Any]:
    """Facts of an event about a stream."""
    return {"source": key.origin, "stream": key.stream, **facts}


def of_bundle(event_type: str, key: StreamKey, size: int, root: str, digest: str) -> Entry:
    """The entry that a bundle with this stream came in or leaves."""
    return Entry(event_type, about(key, size=size, root=root, digest=digest))


class Journal:
    """Prepares events of the archive's own stream, to be committed with what they tell of."""

    def __init__(self, store: EventStore, clock: Clock, keys: Keys, actor: str) -> None:
        if not is_actor(actor):
            raise InvalidInput("actor", "claimed:<id> or authenticated:<id>", shown(actor))
        self._store, self._clock, self._keys, self._actor = store, clock, keys, actor

    @property
    def origin(self) -> str:
        """The archive's identity."""
        return self._keys.origin

    @property
    def key(self) -> StreamKey:
        """The archive's own stream."""
        return StreamKey(self._keys.origin, STREAM)

    def created(self) -> None:
        """Write the first event, if it is not there yet."""
        if not self._store.version(self.key):
            self.write([Entry("archive.created", {"key": self._keys.key.encode()})])

    def write(self, entries: Sequence[Entry]) -> None:
        """Write entries, durably."""
        self._store.commit([self.append(entries)])

    def append(self, entries: Sequence[Entry]) -> Append:
        """The next events of the stream, to be committed before any others.

        Raises:
            InvalidInput: when an entry is not as its type has it.
            Refused: when it may not follow.
        """
        state = archive_state(self._store, self.key)
        after = state.head.version
        recorded = [self._recorded(entry, state) for entry in entries]
        return Append(self.key, after, list(paged(recorded)), state.encode())

    def _recorded(self, entry: Entry, state: StreamState) -> Recorded:
        kinds = sorted(entry.parts)
        salts = self._clock.salts(len(kinds))
        parts = {k: write_part(entry.parts[k], s) for k, s in zip(kinds, salts, strict=True)}
        event = Event(
            actor=entry.actor or self._actor,
            at=max(self._clock.now(), state.head.at),
            facts=entry.facts,
            format=FORMAT,
            id=self._clock.event_id(),
            origin=self.origin,
            parts={kind: digest_of(line) for kind, line in parts.items()},
            stream=STREAM,
            type=entry.type,
            version=state.head.version + 1,
        )
        check_content(event, STREAM)
        line = write_event(event)
        state.apply(event, line)
        return Recorded(event.version, line, tuple(parts.values()))
