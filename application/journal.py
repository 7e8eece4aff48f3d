"""The archive's own stream: what left it and what came in, one event each.

Not here: recording into datasets and runs (``record``).
"""

from collections.abc import Mapping
from typing import Any, Final

from application.ports import Append, Clock, EventStore, Page, Signer, StreamKey
from application.stream_state import no_chunks, read_state
from domain.errors import InvalidInput
from domain.evaluation.events import FORMAT, Event, check_content, write_event
from domain.syntax import is_actor
from domain.transparency.signed_note import VerifierKey

STREAM: Final = "archive"


class Journal:
    """Prepares events of the archive's own stream, to be committed with what they tell of."""

    def __init__(self, store: EventStore, clock: Clock, signer: Signer, actor: str) -> None:
        if not is_actor(actor):
            raise InvalidInput("actor", "claimed:<id> or authenticated:<id>", repr(actor)[:80])
        self._store, self._clock, self._signer, self._actor = store, clock, signer, actor

    @property
    def origin(self) -> str:
        """The archive's identity."""
        return self._signer.origin

    def created(self) -> None:
        """Write the first event, if it is not there yet."""
        if not self._store.version(self._key):
            key = VerifierKey(self._signer.origin, self._signer.public_key)
            self._store.commit([self.entry("archive.created", {"key": key.encode()})])

    def exported(self, key: StreamKey, size: int, root: str, digest: str) -> None:
        """Write that a bundle with this stream leaves the archive."""
        self._store.commit([self.entry("archive.exported", _facts(key, size, root, digest))])

    def imported(self, key: StreamKey, size: int, root: str, digest: str) -> Append:
        """The event that a bundle with this stream came in, to be committed with its streams."""
        return self.entry("archive.imported", _facts(key, size, root, digest))

    def entry(self, event_type: str, facts: Mapping[str, Any]) -> Append:
        """The next event of the stream."""
        stored = self._store.state(self._key)
        state = read_state(STREAM, stored, no_chunks)
        after = state.head.version
        event = Event(
            actor=self._actor,
            at=max(self._clock.now(), state.head.at),
            facts=facts,
            format=FORMAT,
            id=self._clock.event_id(),
            origin=self._signer.origin,
            parts={},
            stream=STREAM,
            type=event_type,
            version=after + 1,
        )
        check_content(event, STREAM)
        line = write_event(event)
        state.apply(event, line)
        return Append(self._key, after, [Page(after + 1, [line], [])], state.encode())

    @property
    def _key(self) -> StreamKey:
        return StreamKey(self._signer.origin, STREAM)


def _facts(key: StreamKey, size: int, root: str, digest: str) -> dict[str, Any]:
    return {
        "digest": digest,
        "root": root,
        "size": size,
        "source": key.origin,
        "stream": key.stream,
    }
