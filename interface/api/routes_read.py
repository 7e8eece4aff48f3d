"""Routes that list: datasets, runs, items, results, history; nothing of them is content.

Lists are the read models'; a history is the store's, compared with the log. Not here: how questions
are answered (``application.read_model``), and content (``routes_content``).
"""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal, Role
from application.history_page import HistoryEvent, history_page, version_at
from application.ports import StreamKey
from application.queries import (
    DatasetQuery,
    ItemQuery,
    ResultPlace,
    ResultQuery,
    ResultSort,
    RunPlace,
    RunQuery,
    RunSort,
)
from application.read_model import ReadModel
from application.replaying import read_moment
from domain.errors import InvalidInput
from domain.evaluation.results import OUTCOMES
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived, Reader
from interface.api.answers import answer, beside
from interface.api.covered import covered, of_history, told
from interface.api.descriptions import OBJECT, PAGE, Kind, Uuid
from interface.api.pages import NUMBER, Cursor, Limit, page_answer, place_of
from interface.api.service import Service

router = APIRouter(tags=["read"])

Text = Annotated[str, Query(max_length=200)]
Index = Annotated[int | None, Query(ge=0, le=MAX_INTEGER)]
_STATES: Final = (
    "pending", "running", "completed", "failed", "canceled",
)  # fmt: skip
_Sort = TypeVar("_Sort", RunSort, ResultSort)


@router.get("/v1/datasets", responses=PAGE)
async def datasets(
    request: Request, service: Archived, who: Reader, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """List datasets, the newest first."""
    after = place_of(request, cursor, int)
    query = DatasetQuery(after[0] if after else None, limit + 1, who.project)
    rows = await beside(lambda: current(service).datasets(query))
    return page_answer(request, rows, limit, lambda row: [row.number])


@router.get("/v1/runs", responses=PAGE)
async def runs(
    request: Request,
    service: Archived,
    who: Reader,
    dataset: str | None = None,
    status: str | None = None,
    provider: str | None = None,
    model: str | None = None,
    text: Text = "",
    sort: str = "-registered",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List runs, the newest first where nothing else is said."""
    _check("status", status, _STATES)
    after = place_of(request, cursor, NUMBER, int)
    query = RunQuery(
        after=RunPlace(*after) if after else None,
        limit=limit + 1,
        project=who.project,
        owner=who.token if who.role is Role.RECORDER else None,
        status=status,
        provider=provider,
        model=model,
        text=text,
        sort=_order(sort, RunSort),
        descending=sort.startswith("-"),
    )
    rows = await beside(partial(_runs, service, who, query, dataset))
    return page_answer(request, rows, limit, lambda row: [*(query.behind(row).after or ())])


def _runs(service: Service, who: Principal, query: RunQuery, dataset: str | None) -> Any:
    if dataset is not None:
        query = query._replace(dataset=service.stream("dataset", dataset, who))
    return current(service).runs(query)


@router.get("/v1/datasets/{uuid}/items", responses=PAGE)
async def items(
    uuid: Uuid,
    request: Request,
    service: Archived,
    who: Reader,
    text: Text = "",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the items of a dataset, by index."""
    after = place_of(request, cursor, int)
    query = ItemQuery(after[0] if after else -1, limit + 1, text)

    def ask() -> Any:
        return current(service).items(service.stream("dataset", uuid, who), query)

    rows = await beside(ask)
    return page_answer(request, rows, limit, lambda row: [row.item])


@router.get("/v1/runs/{uuid}/items", responses=PAGE)
async def results(
    uuid: Uuid,
    request: Request,
    service: Archived,
    who: Reader,
    status: str | None = None,
    section: Index = None,
    scorer: Index = None,
    low: float | None = None,
    high: float | None = None,
    text: Text = "",
    at: str | None = None,
    sort: str = "item",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List the results of a run, by item where nothing else is said."""
    _check("status", status, OUTCOMES)
    after = place_of(request, cursor, NUMBER, int, int)
    is_bounded = low is not None or high is not None
    query = ResultQuery(
        after=ResultPlace(*after) if after else None,
        limit=limit + 1,
        status=status,
        section=section,
        scorer=0 if scorer is None and is_bounded else scorer if is_bounded else None,
        low=low,
        high=high,
        text=text,
        sort=_order(sort, ResultSort),
        sorted_by=scorer or 0,
        descending=sort.startswith("-"),
    )
    rows = await beside(partial(_results, service, who, uuid, query, at))
    return page_answer(request, rows, limit, lambda row: [*(query.behind(row).after or ())])


def _results(
    service: Service, who: Principal, uuid: str, query: ResultQuery, at: str | None
) -> Any:
    key = service.stream("run", uuid, who)
    if at is not None:
        version = version_at(service.archive.store, key, read_moment(at, "at"))
        query = query._replace(version=version)
    return current(service).results(key, query)


@router.get("/v1/{kind:kind}/{uuid}/history", responses=PAGE)
async def history(
    kind: Kind,
    uuid: Uuid,
    request: Request,
    service: Archived,
    who: Reader,
    after: Index = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """The events of a stream, in order: who did what when, without content."""
    place = place_of(request, cursor, int)
    begin = place[0] if place else after or 0

    def ask() -> tuple[StreamKey, Sequence[HistoryEvent]]:
        key = service.stream(kind, uuid, who)
        return key, history_page(service.archive.store, key, begin, limit + 1)

    key, rows = await beside(ask)
    coverage = await covered(service, of_history(key, begin, rows[:limit]))
    shown = page_answer(request, rows, limit, lambda row: [row.event["version"]])
    shown.headers.update(told(coverage))
    return shown


@router.get("/v1/runs/{uuid}/summary", responses=OBJECT)
async def summary(uuid: Uuid, service: Archived, who: Reader, at: str | None = None) -> Response:
    """Totals, means and percentiles, now or after a version or at a time."""

    def ask() -> Any:
        key = service.stream("run", uuid, who)
        if at is None:
            return current(service).summary(key)
        version = version_at(service.archive.store, key, read_moment(at, "at"))
        return {"version": version, **current(service).summary_at(key, version)}

    return answer(await beside(ask))


def current(service: Service) -> ReadModel:
    """The read model, with all that was committed before."""
    service.follower.wait()
    return service.read_model


def _order(sort: str, orders: "type[_Sort]") -> "_Sort":
    name = sort.removeprefix("-")
    _check("sort", name, [order.value for order in orders])
    return orders(name)


def _check(place: str, value: str | None, allowed: Any) -> None:
    if value is not None and value not in allowed:
        raise InvalidInput(place, f"one of {', '.join(allowed)}", ascii(value[:80]))
