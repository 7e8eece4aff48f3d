"""Routes of the runs: the table that one begins with, and what changes in it meanwhile.

Not here: how a search is read (``search_runs``), and a run by itself (``routes_run``).
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from application.access import Principal, Role
from application.queries import RunPlace, RunQuery
from application.rows import RunRow
from domain.errors import InvalidInput, NotFound
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.pages import NUMBER
from interface.api.routes_live import Following, Told, follow
from interface.api.routes_read import current
from interface.api.service import Service
from interface.web.access import Reader, secret_of, sessions_of
from interface.web.comparing import MOST
from interface.web.known import Verdicts, properties_of
from interface.web.listing import Asked, Table
from interface.web.page_route import PageRoute
from interface.web.rendering import page
from interface.web.search_runs import SORTS, STATES, run_query
from interface.web.wording import holds, mark_title, score, uuid

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LIMIT: Final = 50


class Chosen(NamedTuple):
    """Runs that are ticked, in this order, and how many more were than can be compared.

    Of those that were ticked ``unknown`` are none that somebody may see, whatever they are.
    """

    rows: Sequence[RunRow]
    left_out: int
    unknown: int


@router.get("/")
async def runs(
    request: Request,
    service: Archived,
    who: Reader,
    asked: Asked,
    run: Annotated[list[str] | None, Query()] = None,
    without: str = "",
    compare: bool = False,
) -> Response:
    """The runs that somebody sees; those that are ticked stay so on the pages to come.

    All of it is one form, so that no tick is lost by whatever button it is sent. More than can be
    compared are not: the table says so, with those that are left.
    """
    ticked = [each for each in dict.fromkeys(run or ()) if each != without]
    if compare and len(ticked) <= MOST:
        pairs = urlencode([("run", each) for each in ticked])
        return RedirectResponse(f"/compare?{pairs}", 303, {"Cache-Control": "no-store"})
    position = service.live.position
    chosen = await beside(partial(_chosen, service, who, ticked))
    kept = [("run", row.key.stream.partition("/")[2]) for row in chosen.rows]
    table = Table(asked, SORTS, kept)
    query = table.query(run_query)
    shown: Sequence[Any] = ()
    more = None
    if query:
        after = _after(table)
        query = query._replace(after=RunPlace(*after) if after else None, limit=_LIMIT + 1)
        rows = await beside(partial(_runs, service, request.app.state.verdicts, who, query))
        shown = rows[:_LIMIT]
        more = query.behind(shown[-1][0]).after if len(rows) > _LIMIT else None
    told: dict[str, Any] = {"rows": shown, "listing": table.listing(more), "states": STATES}
    told |= {"position": position, "chosen": chosen, "most": MOST}
    return page(request, "runs.html", 400 if table.problem else 200, **told)


def _after(table: Table) -> tuple[Any, ...] | None:
    """Where the page goes on; from the beginning where the search was changed meanwhile."""
    try:
        return table.after(NUMBER, int)
    except InvalidInput:
        table.begin_anew()
        return None


def _chosen(service: Service, who: Principal, ticked: Sequence[str]) -> Chosen:
    read_model = current(service)
    rows: list[RunRow] = []
    for each in ticked[:MOST]:
        with suppress(NotFound):
            rows.append(read_model.run(service.stream("run", each, who)))
    left_out = len(ticked[MOST:])
    return Chosen(rows, left_out, len(ticked) - left_out - len(rows))


def _runs(
    service: Service, verdicts: Verdicts, who: Principal, query: RunQuery
) -> Sequence[tuple[Any, Any]]:
    """Rows, each with its properties."""
    owner = who.token if who.role is Role.RECORDER else None
    rows = current(service).runs(query._replace(project=who.project, owner=owner))
    return [(row, properties_of(service, verdicts, row)) for row in rows]


@router.get("/live")
async def live(
    request: Request,
    service: Archived,
    who: Reader,
    run: str | None = None,
    after: Annotated[int | None, Query(ge=0, le=MAX_INTEGER)] = None,
) -> Response:
    """The events of ``/v1/events``, for a page; of all runs, their marks too.

    They end with the session.

    ``after`` is the position that the page shows, so that nothing is missed in between.
    """
    secret, sessions, verdicts = (
        secret_of(request),
        sessions_of(request),
        request.app.state.verdicts,
    )
    is_open = request.app.state.settings.open

    def goes_on() -> bool:
        return request.method != "HEAD" and (is_open or sessions.lives(secret))

    # the table has marks, and the pages of one run have none that follow
    more = _mean if run is not None else partial(_mean_and_marks, service, verdicts)
    return await follow(request, service, who, run, Following(goes_on, after, more))


def _mean(row: RunRow) -> Told:
    """The mean of a run as pages tell it."""
    return [{"type": "run_mean", "runId": uuid(row.key.stream), "mean": score(row.mean)}]


def _mean_and_marks(service: Service, verdicts: Verdicts, row: RunRow) -> Told:
    """Its marks too as the table shows them, in the order of its columns."""
    properties = properties_of(service, verdicts, row)
    told = [{"word": holds(each.holds), "title": mark_title(each)} for each in properties]
    return [*_mean(row), {"type": "run_marks", "runId": uuid(row.key.stream), "marks": told}]
