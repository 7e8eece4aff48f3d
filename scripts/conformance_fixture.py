"""What a bad bundle of the conformance folder is, and the ways to get from a good one to it.

Not here: which bad ones there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from scripts.bundle_by_hand import Members, build, closed
from scripts.recording_by_hand import DATASET, RUN, Edit, Event, Recording, Stream, write
from scripts.recordings import SMALL

NUMBERS: Final = {
    "digests": 2,
    "manifest": 3,
    "events": 4,
    "stream": 5,
    "tree": 6,
    "parts": 7,
    "assets": 8,
    "signature": 9,
    "inclusion": 10,
    "time": 12,
    "witness": 13,
    "completeness": 14,
    "replay": 15,
    "rescoring": 16,
    "policy": 18,
}


@dataclass(frozen=True)
class Bad:
    """A bad bundle: its name says what is wrong.

    ``place`` is part of the place that the check ``check`` reports; ``also`` are checks that
    necessarily fail as well; ``given`` is what the verifier is given: keys, digest, require.
    """

    name: str
    place: str
    why: str
    members: Members
    also: Sequence[str] = ()
    given: dict[str, Any] = field(default_factory=dict[str, Any])

    def description(self, check: str) -> dict[str, Any]:
        """What stands beside it."""
        told: dict[str, Any] = {"check": check, "number": NUMBERS[check], "exit": 1}
        told |= {"place": self.place, "why": self.why}
        return told | ({"also": [*self.also]} if self.also else {}) | self.given


def named(event: Event, **facts: Any) -> Event:
    """The event with these facts; None leaves one out."""
    stated = {**event.facts, **facts}
    return replace(event, facts={name: fact for name, fact in stated.items() if fact is not None})


def edited(event: Event, old: bytes, new: bytes) -> Event:
    """The event with other bytes in its envelope."""
    return replace(event, edit=replacing(old, new))


def replacing(old: bytes, new: bytes) -> Edit:
    """An edit that must find what it replaces."""

    def edit(line: bytes) -> bytes:
        assert old in line, (old, line)
        return line.replace(old, new, 1)

    return edit


def dataset_of(recording: Recording) -> list[Event]:
    """The events of the dataset; the n-th has version n + 1."""
    return [*recording[0].events]


def run_of(recording: Recording) -> list[Event]:
    """The events of the run; the n-th has version n + 1."""
    return [*recording[1].events]


def with_dataset(events: Sequence[Event], recording: Recording = SMALL) -> Recording:
    """The recording with another dataset."""
    return [Stream(DATASET, events), recording[1]]


def with_run(events: Sequence[Event], recording: Recording = SMALL) -> Recording:
    """The recording with another run."""
    return [recording[0], Stream(RUN, events)]


def with_event(version: int, event: Event, recording: Recording = SMALL) -> Recording:
    """The recording with another event as this version of the run."""
    events = run_of(recording)
    events[version - 1] = event
    return with_run(events, recording)


def with_more(version: int, *more: Event, recording: Recording = SMALL) -> Recording:
    """The recording with more events in the run, from this version on."""
    events = run_of(recording)
    events[version - 1 : version - 1] = more
    return with_run(events, recording)


def event_at(version: int, recording: Recording = SMALL) -> Event:
    """An event of the run."""
    return run_of(recording)[version - 1]


def whole(recording: Recording, like: Recording | None = None) -> Members:
    """The whole bundle of a recording."""
    return closed(build(recording, like=like))


def stated(recording: Recording, stream: int, kind: str) -> dict[str, Any]:
    """The facts of the first event of a type, as the archive states them."""
    name = recording[stream].name
    written = (each for each in write(recording) if (each.stream, each.type) == (name, kind))
    return dict(next(written).facts)
