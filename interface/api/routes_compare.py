"""Routes that compare runs over the same items: the comparison, and the pairs whose scores differ.

A comparison tells of the runs' configs: that somebody looks is recorded before they see it. Not
here: how runs are compared (``application.comparing``).
"""

from functools import partial
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.comparison import NAMES, Asked, Direction
from application.journal import Entry, about
from application.pairing import START
from application.ports import StreamKey
from domain.errors import InvalidInput
from interface.api.access import Archived, Reader
from interface.api.answers import answer, beside, written
from interface.api.descriptions import OBJECT, PAGE
from interface.api.pages import Cursor, Limit, page_answer, place_of
from interface.api.routes_read import current
from interface.api.service import Service
from interface.bootstrap import statistics

router = APIRouter(tags=["compare"])

Runs = Annotated[
    list[str], Query(min_length=2, max_length=len(NAMES), description="Again for each run.")
]
Scorer = Annotated[str | None, Query(min_length=1, max_length=200)]


@router.get("/v1/compare", responses=OBJECT)
async def compare(
    service: Archived, who: Reader, run: Runs, scorer: Scorer = None, by_id: bool = False
) -> Response:
    """Put each run after the first beside it: pairs, difference, interval, test, cautions."""

    def ask() -> Any:
        keys = _keys(service, who, run)
        comparer = service.archive.comparer(current(service))
        return keys, comparer.compare(keys, Asked(scorer or "", by_id), statistics())

    keys, found = await beside(ask, service.lanes.heavy)
    seen = [Entry("archive.disclosed", about(key)) for key in dict.fromkeys(keys)]
    await written(service.writer.note(seen, who.actor))
    return answer(found)


@router.get("/v1/compare/flips", responses=PAGE)
async def flips(
    request: Request,
    service: Archived,
    who: Reader,
    run: Runs,
    scorer: Scorer = None,
    by_id: bool = False,
    direction: str = "all",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the results of two runs whose scores differ, by item and epoch."""
    if direction not in {*Direction}:
        expected = f"one of {', '.join(Direction)}"
        raise InvalidInput("query parameter direction", expected, ascii(direction[:80]))
    item, epoch = place_of(request, cursor, int, int) or START

    def ask() -> Any:
        comparer = service.archive.comparer(current(service))
        asked = Asked(scorer or "", by_id), Direction(direction), (item, epoch)
        return [*islice(comparer.flips(_keys(service, who, run), *asked), limit + 1)]

    rows = await beside(ask, service.lanes.heavy)
    return page_answer(request, rows, limit, lambda row: [row.item, row.epoch])


def _keys(service: Service, who: Principal, runs: list[str]) -> list[StreamKey]:
    return [*map(partial(service.stream, "run", who=who), runs)]
