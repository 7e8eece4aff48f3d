"""The history of a stream behind a service, and its state at any moment, as ``replay`` shows them.

Not here: a replay. The state of a run is what the service says it was.
"""

from collections.abc import Callable, Iterator, Sequence

from application.ports import StreamKey
from application.replaying import Moment, Replayed
from domain.canonical import Json
from domain.errors import InvalidInput
from domain.evaluation.dataset import NEXT
from domain.evaluation.events import Event
from interface.client import BadAnswer, Client


class RemoteHistory:
    """``interface.cli.archived.History`` over a client."""

    def __init__(self, client: Client, key: StreamKey) -> None:
        self._client, self._key = client, key

    def events(self, moment: Moment) -> Iterator[Event]:
        """The events that had happened by then, in order."""
        begun = _event(next(self._client.history(self._key.stream)).event)
        has_happened = _has_happened(begun, moment)
        for stream in _streams(begun):
            for row in self._client.history(stream):
                event = _event(row.event)
                if has_happened(event):
                    yield event

    def state(self, moment: Moment) -> Replayed:
        """The state then.

        Raises:
            InvalidInput: when nothing had happened yet.
        """
        count, last = 0, None
        status, items, sections, sealed = "new", 0, 0, False
        for last in self.events(moment):
            count += 1
            if last.stream.startswith("dataset/"):
                status = NEXT[status].get(last.type, status)
                items += last.type == "dataset.item_added"
                sections = max(sections, last.facts.get("section", -1) + 1)
            else:
                sealed = sealed or last.type == "stream.sealed"
        if last is None:
            raise InvalidInput("--at", "a moment at which there were events", "none before it")
        state: dict[str, Json] = {"items": items, "sections": sections, "status": status}
        if last.stream.startswith("run/"):
            totals = dict(self._client.summary(last.stream, at=last.version))
            totals.pop("version", None)
            state = {**totals, "sealed": sealed}
        return Replayed(count, last.stream, last.version, last.at, state)


def _streams(begun: Event) -> Sequence[str]:
    """The dataset of what begins with this event, and it itself."""
    if begun.stream.startswith("run/"):
        return [f"dataset/{begun.facts['dataset']}", begun.stream]
    return [begun.stream]


def _has_happened(begun: Event, moment: Moment) -> Callable[[Event], bool]:
    """As a replay has it: once a run has begun, all of its dataset has happened."""
    if moment.includes(begun):
        return lambda event: event.stream != begun.stream or moment.includes(event)
    return moment.includes


def _event(members: object) -> Event:
    try:
        return Event(**members)  # type: ignore[arg-type]  # what it is not is said below
    except TypeError as problem:
        raise BadAnswer("history", "events of the format", ascii(members)[:80]) from problem
