"""Routes that compare runs over the same items: the comparison, and the pairs whose scores differ.

A comparison tells of the runs' configs: their events are held against the log, and that somebody
looks is recorded, before they see it. Not here: how runs are compared (``application.comparing``).
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.comparison import NAMES, Asked, Comparison, Direction, Flip
from application.journal import Entry, about
from application.pairing import START
from application.ports import Progress, StreamKey
from domain.errors import InvalidInput
from interface.api.access import Archived, Reader
from interface.api.answers import answer, beside, written
from interface.api.covered import checked
from interface.api.descriptions import OBJECT, PAGE
from interface.api.pages import Cursor, Limit, page_answer, place_of
from interface.api.routes_read import current
from interface.api.service import Service
from interface.bootstrap.on_demand import statistics
from interface.comparison_remedies import Remedies, remedied

router = APIRouter(tags=["compare"])

Runs = Annotated[
    list[str], Query(min_length=2, max_length=len(NAMES), description="Again for each run.")
]
Scorer = Annotated[str | None, Query(min_length=1, max_length=200)]

_REMEDIES: Final = Remedies(
    "Where items with the same id are the same, say so by the parameter by_id=true.",
    "Name one that all runs have, by the parameter scorer.",
)


@router.get("/v1/compare", responses=OBJECT)
async def compare(
    service: Archived, who: Reader, run: Runs, scorer: Scorer = None, by_id: bool = False
) -> Response:
    """Put each run after the first beside it: pairs, difference, interval, test, cautions."""
    return answer(await compared(service, who, run, Asked(scorer or "", by_id)))


async def compared(
    service: Service, who: Principal, runs: Sequence[str], asked: Asked
) -> Comparison:
    """Compare runs that somebody sees, and record that they do."""
    work = partial(comparison, service, who, runs, asked)
    with remedied(_REMEDIES):
        found = await beside(work, service.lanes.heavy)
    await compared_seen(service, who, [run.key for run in found.runs])
    return found


def comparison(
    service: Service,
    who: Principal,
    runs: Sequence[str],
    asked: Asked,
    progress: Progress = lambda _: None,
) -> Comparison:
    """Compare runs that somebody sees; it is not recorded yet that they do."""
    comparer = service.archive.comparer(current(service), progress)
    found = comparer.compare(_keys(service, who, runs), asked, statistics())
    checked(service, comparer.read)
    return found


async def compared_seen(service: Service, who: Principal, runs: Iterable[StreamKey]) -> None:
    """Record, durably, that somebody is shown a comparison; it is called before they see it."""
    entries = [Entry("archive.disclosed", about(key)) for key in runs]
    await written(service.writer.note(entries, who.actor))


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
    item, epoch = place_of(request, cursor, int, int) or START
    flips = Flips(
        run, Asked(scorer or "", by_id), direction_of(direction), (item, epoch), limit + 1
    )
    with remedied(_REMEDIES):
        rows = await beside(partial(flips_of, service, who, flips), service.lanes.heavy)
    return page_answer(request, rows, limit, lambda row: [row.item, row.epoch])


class Flips(NamedTuple):
    """Which flips of two runs: ``limit`` at most behind an item and epoch."""

    runs: Sequence[str]
    asked: Asked
    direction: Direction
    after: tuple[int, int]
    limit: int


def flips_of(
    service: Service, who: Principal, wanted: Flips, progress: Progress = lambda _: None
) -> Sequence[Flip]:
    """Flips of two runs that somebody sees."""
    comparer = service.archive.comparer(current(service), progress)
    keys = _keys(service, who, wanted.runs)
    flips = comparer.flips(keys, wanted.asked, wanted.direction, wanted.after)
    found = [*islice(flips, wanted.limit)]
    checked(service, comparer.read)
    return found


def direction_of(told: str) -> Direction:
    """The direction of this name.

    Raises:
        InvalidInput: when there is none.
    """
    if told not in {*Direction}:
        expected = f"one of {', '.join(Direction)}"
        raise InvalidInput("query parameter direction", expected, ascii(told[:80]))
    return Direction(told)


def _keys(service: Service, who: Principal, runs: Sequence[str]) -> list[StreamKey]:
    return [*map(partial(service.stream, "run", who=who), runs)]
