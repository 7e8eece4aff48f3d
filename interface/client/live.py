"""Live events: server-sent events read from a stream, which goes on after a cut where it was.

Not here: what the data mean; they are eval_752's (``docs/api.md``, section 5).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from interface.client.addresses import path_of
from interface.client.errors import BadAnswer, Unavailable, check
from interface.client.exchange import Answer, Request
from interface.client.retrying import Retries

PATH: Final = "/v1/events"
MOST_BYTES: Final = 2**20
"""Of one event."""

_SILENCE: Final = 45.0
"""Seconds after which a stream is taken for dead, and connected anew.

A service whose ``heartbeat`` is longer than this is connected to again each time nothing happens.
"""


class LiveEvent(NamedTuple):
    """One event; a later stream can go on behind its ``id``, a position of the store."""

    id: str
    kind: str
    data: Mapping[str, Any]


class Following:
    """One stream of events over any number of connections."""

    def __init__(self, run: str | None, after: str, retries: Retries) -> None:
        query = [("run", path_of(run, "run").rpartition("/")[2])] if run else []
        self._request = Request("GET", PATH, query, {"Accept": "text/event-stream"})
        self._after, self._retries = after, retries
        self._failures, self._waits = 0, retries.waits()
        self._buffer = b""

    def request(self) -> Request:
        """What asks for the events that are not here yet."""
        after = {"Last-Event-ID": self._after} if self._after else {}
        headers = {**self._request.headers, **after}
        self._buffer = b""
        return Request("GET", PATH, self._request.query, headers, patience=_SILENCE)

    def begin(self, answer: Answer) -> None:
        """Look at the beginning of an answer.

        Raises:
            Eval752Error: of the kind that it tells of.
        """
        check(answer, self._request)
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):
            found = answer.headers.get("content-type", "none")
            raise BadAnswer(PATH, "a stream of events", found)

    def events(self, piece: bytes) -> Iterator[LiveEvent]:
        """The events that a piece of the stream completes."""
        self._failures, self._waits = 0, self._retries.waits()
        self._buffer = (self._buffer + piece).replace(b"\r\n", b"\n")
        *whole, self._buffer = self._buffer.split(b"\n\n")
        if len(self._buffer) > MOST_BYTES:
            raise BadAnswer(PATH, f"events of at most {MOST_BYTES} bytes", "a longer one")
        for block in whole:
            event = _read(block)
            if event:
                self._after = event.id or self._after
                yield event

    def missed(self, problem: Unavailable) -> float:
        """The seconds to wait before the next connection.

        Raises:
            Unavailable: when nothing came, however often it was tried.
        """
        self._failures += 1
        if self._failures > self._retries.count:
            raise problem
        return self._retries.wait(problem, next(self._waits))


def ended() -> Unavailable:
    """What it is when a stream ends, which by itself it does not."""
    return Unavailable(PATH, "a stream without end", "its end")


def _read(block: bytes) -> LiveEvent | None:
    """One event; None for what is only a comment or a hint."""
    fields: dict[str, list[str]] = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        name, _, value = line.partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    if "data" not in fields:
        return None
    try:
        data = json.loads("\n".join(fields["data"]))
    except ValueError as problem:
        raise BadAnswer(PATH, "events of JSON", ascii(fields["data"])[:80]) from problem
    members = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    kind = members.get("type")
    if not isinstance(kind, str):
        raise BadAnswer(PATH, "events with a type", ascii(fields["data"])[:80])
    return LiveEvent(fields.get("id", [""])[-1], kind, members)
