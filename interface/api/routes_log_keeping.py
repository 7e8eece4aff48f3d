"""Routes to keep the archive's log: how far it is signed, and what an administrator has done to it.

Timestamps and witnesses are those of the service's settings, and asked by its threads. Not here:
the log at the addresses of tlog-tiles (``routes_log``).
"""

from asyncio import wait, wrap_future
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from application.stamping_thread import Round, StampingThreads
from domain.errors import Refused
from interface.api.access import Administrator, Archived, Reader
from interface.api.answers import answer, beside
from interface.api.descriptions import HEAD, LOG, STAMPED
from interface.api.pages import Cursor, Limit, place_of, rows_answer
from interface.api.service import Service
from interface.api.timestamping import Stamping
from interface.shown import head_shown, log_shown

router = APIRouter(tags=["log"])

_SECONDS: Final = 20.0
"""After which a request answers with what was done; before proxies give up."""


class _Part(BaseModel):
    """Which part of the work."""

    model_config = ConfigDict(frozen=True)

    limit: Limit = 100
    cursor: Cursor = None


async def _stamping_of(request: Request) -> Stamping:
    asked: Stamping = request.app.state.stamping
    return asked


_Asked = Annotated[Stamping, Depends(_stamping_of)]
_OfAll = Annotated[_Part, Query()]


@router.get("/v1/log", responses=LOG)
async def show(service: Archived, _: Reader) -> Response:
    """The log's key, the head that was signed last, and how many events wait for the next."""
    archive = service.archive
    return answer(await beside(partial(log_shown, archive.log, archive.signer)))


@router.post("/v1/log/checkpoints", responses=HEAD)
async def checkpoint(service: Archived, _: Administrator) -> Response:
    """Take all events into the log, and sign its head unless it was signed already."""
    return answer(head_shown(await beside(service.archive.log.checkpoint, service.lanes.log)))


@router.post("/v1/log/rebuilds", responses=HEAD)
async def rebuild(service: Archived, _: Administrator) -> Response:
    """Make the tiles anew from the events; whoever asks for a tile waits until it is there."""
    head = await beside(service.archive.log.rebuild, service.lanes.log)
    service.keeper.notice()  # if signing had failed, it does so no more
    await beside(service.forget, service.lanes.export)  # bundles of before lack their proof
    return answer(head_shown(head))


@router.post("/v1/log/timestamps", responses=STAMPED)
async def timestamp(
    request: Request, service: Archived, asked: _Asked, _: Administrator, part: _OfAll
) -> Response:
    """Sign the log's head, and have each head stamped that these authorities have not seen."""
    _check_named(asked.timestamps, "timestamp_authorities", "an authority")
    return await _catch_up(request, service, asked.timestamps, part)


@router.post("/v1/log/cosignatures", responses=STAMPED)
async def witness(
    request: Request, service: Archived, asked: _Asked, _: Administrator, part: _OfAll
) -> Response:
    """Sign the log's head, and show each head to these witnesses that they have not seen."""
    _check_named(asked.witnesses, "witnesses", "a witness")
    return await _catch_up(request, service, asked.witnesses, part)


@router.post("/v1/log/renewals", responses=STAMPED)
async def restamp(
    request: Request, service: Archived, asked: _Asked, _: Administrator, part: _OfAll
) -> Response:
    """Renew the timestamps of all heads that have any, by SHA-512; those with the fewest first."""
    _check_named(asked.timestamps, "timestamp_authorities", "an authority")
    lane, renewals = service.lanes.stamp, asked.renewals
    number, turn = place_of(request, part.cursor, int, int) or (
        await beside(renewals.begin, lane),
        0,
    )
    ends, stopping = monotonic() + _SECONDS, request.app.state.stopping

    def is_enough() -> bool:
        return monotonic() > ends or stopping.is_set()

    renewing = partial(renewals.go_on, number, part.limit, is_enough)
    renewed, is_complete = await beside(renewing, lane)
    return rows_answer(request, renewed, None if is_complete else (number, turn + 1))


async def _catch_up(
    request: Request, service: Service, threads: StampingThreads, part: _Part
) -> Response:
    """What they do until nothing is left, or for a while; they go on by themselves."""
    before, turn = place_of(request, part.cursor, int, int) or (threads.count, 0)
    if not turn:
        await beside(service.archive.log.checkpoint, service.lanes.log)
    is_complete = await _is_done(threads.begin_rounds())
    done = threads.done_since(before)
    shown, more = done[: part.limit], not is_complete or len(done) > part.limit
    return rows_answer(request, shown, (before + len(shown), turn + 1) if more else None)


async def _is_done(rounds: Sequence[Round]) -> bool:
    """Wait until rounds have ended, or for a while; raise what the first failed with."""
    ends = [wrap_future(each) for each in rounds]
    _, late = await wait(ends, timeout=_SECONDS)
    for each in ends:
        if each.done() and (fault := each.result()):
            raise fault
    return not late


def _check_named(threads: StampingThreads, setting: str, what: str) -> None:
    """Check that the settings name somebody to ask.

    Raises:
        Refused: when they do not.
    """
    if not threads.names:
        remedy = "Name one to the service when it starts: docs/service.md. No request can."
        raise Refused(setting, f"{what} in the settings of the service", "none", remedy)
