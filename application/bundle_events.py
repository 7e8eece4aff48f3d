"""Reads the events of a verified bundle with their parts, in step. Not here: any check."""

from collections.abc import Iterator
from typing import NamedTuple

from application.stored import StoredEvent
from domain.bundle import layout
from domain.bundle.disclosure import Disclosure, Status
from domain.bundle.history import History
from domain.bundle.lines import split
from domain.bundle.manifest import Manifest
from domain.bundle.members import Members
from domain.evaluation.events import MAX_ENVELOPE_BYTES, read_event


class Verified(NamedTuple):
    """A bundle that was verified, and what the verifier found in it."""

    members: Members
    manifest: Manifest
    history: History
    disclosure: Disclosure
    digest: str

    def lines(self) -> Iterator[bytes]:
        """The envelopes of all streams."""
        chunks = self.members.chunks(layout.EVENTS)
        return (line for _, line in split(chunks, MAX_ENVELOPE_BYTES, layout.EVENTS))

    def events(self) -> Iterator[StoredEvent]:
        """The events of all streams with the parts that are disclosed."""
        chunks = self.members.chunks(layout.PARTS)
        parts = (line for _, line in split(chunks, layout.MAX_PART_BYTES, layout.PARTS))
        for line in self.lines():
            event = read_event(line, layout.EVENTS)
            statuses = self.disclosure.of(event)
            held = {kind: next(parts) for kind, _, status in statuses if status is Status.DISCLOSED}
            yield StoredEvent(event, line, held)

    def of_stream(self, stream: str) -> Iterator[StoredEvent]:
        """The events of one stream with their parts."""
        return (stored for stored in self.events() if stored.event.stream == stream)

    def lines_of(self, stream: str) -> Iterator[bytes]:
        """The envelopes of one stream, without looking into them."""
        lines = self.lines()
        for end in self.manifest.streams:
            for _ in range(end.size):
                line = next(lines)
                if end.stream == stream:
                    yield line
