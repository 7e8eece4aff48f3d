"""The history of a bundle in short: what happened to run and dataset as a whole, and who acted.

One walk over the envelopes, most of which are only looked at from both ends. Not here: whether they
are what they should be, which the verifier has checked, and the history event by event
(``replaying``).
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from domain.bundle import layout
from domain.bundle.lines import lines_in
from domain.bundle.members import Members
from domain.evaluation.events import Event, read_event

FIRST, LAST = 40, 20
"""Milestones that are kept, from the beginning and from the end."""

MOST_ACTORS: Final = 20

_HEAD: Final = re.compile(rb'\{"actor":"([^"]+)","at":"([^"]+)"')
_TYPE: Final = b'"type":"'
_BOUNDARIES: Final = (
    "run.started",
    "run.completed",
    "run.failed",
    "run.canceled",
    "run.superseded",
)
_OF_ITEMS: Final = (b"item.", b"dataset.item_added", b"score.revised")


@dataclass(slots=True)
class Acts:
    """How many events an actor has, and when the first and the last were recorded."""

    events: int
    first: str
    last: str


@dataclass(slots=True)
class RunHistory:
    """What happened, in short; ``milestones`` is how many there are in all."""

    milestones: int = 0
    first: list[Event] = field(default_factory=list[Event])
    last: "deque[Event]" = field(default_factory=lambda: deque[Event](maxlen=LAST))
    actors: dict[str, Acts] = field(default_factory=dict[str, Acts])
    more_actors: int = 0
    """Events of those whom ``actors`` does not have."""
    types: Counter[str] = field(default_factory=Counter[str])
    boundaries: dict[str, Event] = field(default_factory=dict[str, Event])
    """The last event of each type that begins, ends or replaces the run."""

    @property
    def left_out(self) -> int:
        """Milestones between the first and the last."""
        return self.milestones - len(self.first) - len(self.last)


def history_of(members: Members) -> RunHistory:
    """The history of a bundle whose events are sound."""
    history = RunHistory()
    for _, line in lines_in(members, layout.EVENTS):
        kind = line[line.rindex(_TYPE) + len(_TYPE) :].partition(b'"')[0]
        history.types[kind.decode()] += 1
        _count_actor(history, line)
        if not kind.startswith(_OF_ITEMS):
            _keep(history, read_event(line, layout.EVENTS))
    return history


def _keep(history: RunHistory, event: Event) -> None:
    history.milestones += 1
    if event.type in _BOUNDARIES:
        history.boundaries[event.type] = event
    if len(history.first) < FIRST:
        history.first.append(event)
    else:
        history.last.append(event)


def _count_actor(history: RunHistory, line: bytes) -> None:
    head = _HEAD.match(line)
    assert head is not None
    actor, at = head[1].decode(), head[2].decode()
    acts = history.actors.get(actor)
    if acts:
        acts.events += 1
        acts.first, acts.last = min(acts.first, at), max(acts.last, at)
    elif len(history.actors) < MOST_ACTORS:
        history.actors[actor] = Acts(1, at, at)
    else:
        history.more_actors += 1
