"""Spans: like events of one actor in a row, told as one line of a history; any other event alone.

Who answered a thousand items did one thing, and not a thousand. Not here: how a history looks, and
where spans are kept (``read_model``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_MANY: Final = ("dataset.item_added", "item.")
"""Types of events, or beginnings of them, of which there are many alike."""


@dataclass(slots=True)
class Span:
    """Events ``first`` to ``last`` of a stream; ``facts`` are those of the first.

    ``kind`` is what their types begin with, or the type of the only event.
    """

    first: int
    last: int
    kind: str
    actor: str
    began: str
    ended: str
    counts: dict[str, int]
    """Events by type."""
    facts: Mapping[str, Any]

    def take(self, other: "Span") -> bool:
        """Take in the span that follows, if it is of the same kind and actor."""
        if (self.kind, self.actor) != (other.kind, other.actor) or self.kind not in _MANY:
            return False
        self.last, self.ended = other.last, other.ended
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        return True


def kind_of(event_type: str) -> str | None:
    """What the types of a span begin with; None of an event that stands alone."""
    return next((kind for kind in _MANY if event_type.startswith(kind)), None)


def add_event(spans: list[Span], event: Mapping[str, Any]) -> None:
    """Add an envelope to the spans before it."""
    name = event["type"]
    kind = kind_of(name)
    last = spans[-1] if spans else None
    if last and kind and last.kind == kind and last.actor == event["actor"]:
        last.last, last.ended = event["version"], event["at"]
        last.counts[name] = last.counts.get(name, 0) + 1
        return
    version, at = event["version"], event["at"]
    span = Span(version, version, kind or name, event["actor"], at, at, {name: 1}, event["facts"])
    spans.append(span)
