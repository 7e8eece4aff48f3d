"""Live events over connections that end: each event once, in order."""

import asyncio
import itertools
import json
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from interface.client import BadAnswer, Unavailable
from tests.interface.client.service import Service, problem


def status(number: int) -> bytes:
    return json.dumps({"type": "run_status", "runId": str(number)}).encode()


def test_a_stream_that_ends_goes_on_behind_the_last_event(client: Any, service: Service) -> None:
    service.live = [status(number) for number in range(7)]
    events = [*itertools.islice(client.events(), 7)]
    assert [event.data["runId"] for event in events] == [str(n) for n in range(7)]
    assert {event.kind for event in events} == {"run_status"}
    seen = [headers.get("last-event-id") for _, path, headers in service.asked]
    assert seen[:3] == [None, "2", "4"]


def test_a_stream_that_is_cut_within_an_event_goes_on_with_that_event(
    client: Any, service: Service
) -> None:
    async def cut() -> Any:
        yield b"id: 1\ndata: %b\n\n" % status(0)
        yield b"id: 2\nda"
        raise ConnectionAbortedError

    answers = [StreamingResponse(cut(), 200, None, "text/event-stream")]
    service.before = lambda _: answers.pop() if answers else None
    service.live = [status(number) for number in range(3)]
    events = [*itertools.islice(client.events(), 3)]
    assert [(e.id, e.data["runId"]) for e in events] == [("1", "0"), ("2", "1"), ("3", "2")]
    seen = [headers.get("last-event-id") for _, _, headers in service.asked]
    assert seen[:2] == [None, "1"]


def test_a_stream_that_is_silent_for_long_is_connected_anew(
    client: Any, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent() -> Any:
        yield b"id: 1\ndata: %b\n\n" % status(0)
        await asyncio.sleep(3600)

    monkeypatch.setattr("interface.client.live._SILENCE", 1.0)
    answers = [StreamingResponse(silent(), 200, None, "text/event-stream")]
    service.before = lambda _: answers.pop() if answers else None
    service.live = [status(number) for number in range(2)]
    assert [event.id for event in itertools.islice(client.events(), 2)] == ["1", "2"]


def test_events_behind_a_position_are_those_that_are_asked_for(
    client: Any, service: Service
) -> None:
    service.live = [status(number) for number in range(4)]
    (event, *_) = itertools.islice(client.events(after="3"), 1)
    assert event.data["runId"] == "3"


def test_a_service_that_is_away_is_waited_for_and_then_given_up(
    client: Any, service: Service
) -> None:
    answers = itertools.chain([problem(503, "unavailable")], itertools.repeat(None))
    service.before, service.live = lambda _: next(answers), [status(0)]
    assert next(iter(client.events())).id == "1"
    service.before = lambda _: problem(503, "unavailable")
    with pytest.raises(Unavailable):
        next(iter(client.events()))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: {\n\n", "events of JSON"),
        (b"data: 1\n\n", "events with a type"),
        (b"data: " + b"x" * 2_000_000, "events of at most"),
    ],
)
def test_what_are_no_events_is_refused(
    client: Any, service: Service, body: bytes, expected: str
) -> None:
    async def pieces() -> Any:
        yield body

    def answer(request: Request) -> Response:
        return StreamingResponse(pieces(), 200, None, "text/event-stream")

    service.before = answer
    with pytest.raises(BadAnswer, match=expected):
        next(iter(client.events()))


def test_an_answer_that_is_no_stream_is_refused(client: Any, service: Service) -> None:
    service.before = lambda _: Response("hello", 200)
    with pytest.raises(BadAnswer, match="a stream of events"):
        next(iter(client.events()))


def test_data_may_come_in_lines_and_with_comments(client: Any, service: Service) -> None:
    async def pieces() -> Any:
        yield b": hello\r\n\r\nid: 7\r\nda"
        yield b'ta: {"type":\r\ndata: "run_progress"}\r\n\r'
        yield b"\n"

    service.before = lambda _: StreamingResponse(pieces(), 200, None, "text/event-stream")
    event = next(iter(client.events()))
    assert (event.id, event.kind) == ("7", "run_progress")
