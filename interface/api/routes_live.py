"""Server-sent events: what becomes of runs, as it becomes so, in the shapes that eval_752 has.

Not here: how the archive's moves are noticed (``live``).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from application.access import Principal
from application.ports import StreamKey
from application.rows import RunRow
from domain.errors import InvalidInput
from domain.syntax import is_printed_index
from interface.api.access import Archived, Reader
from interface.api.answers import beside
from interface.api.descriptions import STREAM
from interface.api.service import Service

router = APIRouter(tags=["live"])

_AT_ONCE: Final = 500


Told = Sequence[Mapping[str, Any]]
"""What is told of a run, one event of each type."""


class Following(NamedTuple):
    """How somebody follows.

    As long as ``goes_on`` says so; what came after the position ``after`` goes before what comes
    from now on; ``more`` is told of a run besides.
    """

    goes_on: Callable[[], bool] = lambda: True
    after: int | None = None
    more: Callable[[RunRow], Told] = lambda _: ()


@router.get("/v1/events", responses=STREAM)
async def events(
    request: Request, service: Archived, who: Reader, run: str | None = None
) -> Response:
    """Follow all runs that a token may see, or one of them; see docs/api.md, section 5."""
    return await follow(request, service, who, run)


async def follow(
    request: Request,
    service: Service,
    who: Principal,
    run: str | None,
    how: Following = Following(),  # noqa: B008 - it cannot be changed
) -> Response:
    """Follow for somebody, as long as their token counts.

    What they saw last goes before the position that ``how`` says.
    """
    only = None if run is None else await beside(lambda: service.stream("run", run, who))
    now = await beside(service.archive.store.position)  # readers may not be there yet
    position = _last_seen(request, now if how.after is None else how.after)
    lines = _Follow(service, who, only, how).lines(position, request.app.state.settings.heartbeat)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines, 200, headers, "text/event-stream")


def _last_seen(request: Request, otherwise: int) -> int:
    text = request.headers.get("last-event-id")
    if text is None:
        return otherwise
    if not is_printed_index(text):
        raise InvalidInput("Last-Event-ID", "the id of an event of this stream", ascii(text[:80]))
    return int(text)


class _Follow:
    """One client that follows."""

    def __init__(
        self, service: Service, who: Principal, only: StreamKey | None, how: Following
    ) -> None:
        self._service, self._who, self._only, self._how = service, who, only, how
        self._told: dict[StreamKey, Told] = {}

    async def lines(self, position: int, heartbeat: float) -> AsyncIterator[bytes]:
        """The stream, from a position on; it ends with the service, the client or the token."""
        lane = self._service.lanes.live
        with self._service.live.listening() as changed:
            yield b": connected\n\n"
            while self._goes_on():
                changed.clear()
                moved = await beside(partial(self._moved, position), lane)
                for at, key in moved:
                    for told in await beside(partial(self._news, key), lane):
                        yield b"id: %d\ndata: %b\n\n" % (at, orjson.dumps(told))
                if moved:
                    position = max(at for at, _ in moved)
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), heartbeat)
                except TimeoutError:
                    yield b": alive\n\n"

    def _goes_on(self) -> bool:
        now = self._service.archive.clock.now()
        is_void = self._service.book.is_void(self._who.token, now)
        return not is_void and not self._service.live.is_closed and self._how.goes_on()

    def _moved(self, after: int) -> Sequence[tuple[int, StreamKey]]:
        """The streams that moved, as far as readers can see, each with its last position."""
        reached = self._service.live.position
        moved = self._service.archive.store.moved(after, _AT_ONCE)
        last = {key: at for at, key in moved if at <= reached}
        return sorted((at, key) for key, at in last.items())

    def _news(self, key: StreamKey) -> Told:
        """What is new of a run that they may see."""
        is_asked = key.stream.startswith("run/") and self._only in {None, key}
        if not is_asked or not self._who.sees(key, self._service.book.place(key)):
            return ()
        row = self._service.read_model.run(key)
        told, before = [*_told(row), *self._how.more(row)], self._told.get(key, ())
        self._told[key] = told
        return [each for each in told if each not in before]


def _told(row: RunRow) -> Told:
    run = row.key.stream.partition("/")[2]
    status = {
        "type": "run_status",
        "runId": run,
        "status": row.status,
        "startedAt": row.started,
        "finishedAt": row.ended,
        "retryCount": row.attempts_failed,
        "retryAfter": None,
        "retryRequestedAt": None,
        "retryReason": None,
        "resumedCount": row.resumed,
        "lastResumedAt": row.last_resumed,
        "cancelRequestedAt": None,
        "sealed": row.sealed is not None,
    }
    progress = {
        "type": "run_progress",
        "runId": run,
        "planned": row.planned,
        "answered": row.answered,
        "failed": row.failed,
        "open": row.open,
        "mean": row.mean,
    }
    return status, progress
