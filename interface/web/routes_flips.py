"""Routes to the pairs of two runs whose scores differ: a table, and one item of both runs.

That somebody looks into an item is recorded for both runs before they see it. Not here: figures
(``routes_compare``).
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.comparison import Direction, Flip
from application.item_detail import ItemDetail, ItemDetails
from application.log_coverage import ReadEvent
from application.pairing import START
from domain.errors import Refused, TablesDiffer
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.covered import covered
from interface.api.paging import cursor_of, values_of
from interface.api.routes_compare import Flips, direction_of, flips_of
from interface.api.routes_content import disclosed
from interface.api.routes_read import current
from interface.api.service import Service
from interface.comparison_remedies import remedied
from interface.web.access import Reader
from interface.web.comparing import REMEDIES, Asking, Compared, Question, two_runs
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LIMIT: Final = 100

Index = Annotated[int, Path(ge=0, le=MAX_INTEGER)]
Number = Annotated[int, Query(ge=1, le=MAX_INTEGER)]
Other = Annotated[int | None, Query(ge=0, le=MAX_INTEGER)]


@router.get("/compare/flips")
async def flips(
    request: Request,
    service: Archived,
    who: Reader,
    question: Asking,
    direction: str = "all",
    cursor: str | None = None,
) -> Response:
    """The results of two runs whose scores differ, by item, page by page."""
    way, mark = direction_of(direction), f"/compare/flips {question} {direction}"
    after = values_of(cursor, mark, int, int) if cursor else START
    wanted = Flips(question.runs, question.asked, way, (after[0], after[1]), _LIMIT + 1)

    def ask() -> tuple[Compared, Sequence[Flip]]:
        return two_runs(service, who, question), flips_of(service, who, wanted)

    with remedied(REMEDIES):
        known, found = await beside(ask, service.lanes.heavy)
    last = found[_LIMIT - 1] if len(found) > _LIMIT else None
    told: dict[str, Any] = {
        "question": question,
        "known": known,
        "flips": found[:_LIMIT],
        "direction": way,
        "is_first": cursor is None,
        "more": cursor_of(mark, last.item, last.epoch) if last else "",
    }
    return page(request, "flips.html", **told)


class _Beside(NamedTuple):
    """One item in two runs, and the flip behind it, if there is one."""

    known: Compared
    details: Sequence[ItemDetail]
    following: Flip | None
    read: Sequence[ReadEvent]
    differing: Sequence[TablesDiffer]


@router.get("/compare/items/{item}")
async def item(
    item: Index,
    request: Request,
    service: Archived,
    who: Reader,
    question: Asking,
    epoch: Number = 1,
    other: Other = None,
    direction: str = "all",
) -> Response:
    """One item of two runs beside each other; ``other`` is its index in the second's dataset."""
    way = direction_of(direction)
    places = [item, item if other is None else other]

    def ask() -> _Beside:
        known = two_runs(service, who, question)
        following = _following(service, who, question, way, (item, epoch))
        details = ItemDetails(service.archive.store, current(service), service.origin)
        pairs = zip(known.rows, places, strict=True)
        results = [details.result(row.key, place, epoch) for row, place in pairs]
        return _Beside(known, results, following, details.read, details.differing)

    found = await beside(ask, service.lanes.heavy)
    coverage = await covered(service, found.read, found.differing)
    for row, place in zip(found.known.rows, places, strict=True):
        await disclosed(service, who, row.key, item=place, epoch=epoch)
    told: dict[str, Any] = {"question": question, "direction": way, "coverage": coverage}
    told |= {"same_question": _is_same(found.details), **found._asdict()}
    return await beside(partial(page, request, "beside.html", **told))


def _following(
    service: Service, who: Principal, question: Question, way: Direction, place: tuple[int, int]
) -> Flip | None:
    """The next flip; none where the scores cannot be compared."""
    with suppress(Refused):
        found = flips_of(service, who, Flips(question.runs, question.asked, way, place, 1))
        return found[0] if found else None
    return None


def _is_same(details: Sequence[ItemDetail]) -> bool:
    """Whether two results are of one question, as far as it is disclosed."""
    first, second = (
        [(part.kind, part.status, part.value) for part in detail.question.parts]
        for detail in details
    )
    return first == second
