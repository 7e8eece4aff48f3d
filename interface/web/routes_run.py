"""Routes of one run: the overview, its results as a table, its events, and its bundle.

What the overview shows of config and environment is content, and so it is recorded that somebody
looks. Not here: one result (``routes_item``), plots, and verifying.
"""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.history_page import history_page
from application.item_detail import ItemDetails
from application.queries import ResultPlace, ResultQuery
from application.rows import RunRow, SectionRow
from application.sealing_due import sealing_due
from domain.canonical import Json
from domain.evaluation.config import scorers_of
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.covered import covered, of_history
from interface.api.pages import NUMBER
from interface.api.routes_bundles import bundle
from interface.api.routes_content import disclosed, one_of
from interface.api.routes_read import current
from interface.api.service import Service
from interface.web.access import Exporter, Reader
from interface.web.figures import figures_of, without_kind
from interface.web.known import properties_of
from interface.web.listing import Asked, Table
from interface.web.page_route import PageRoute
from interface.web.plots import telling
from interface.web.rendering import page
from interface.web.routes_said import of_said
from interface.web.search_results import SORTS, result_query

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LIMIT: Final = 100
_FEW: Final = 10
_EVENTS: Final = 200


@router.get("/runs/{uuid}")
async def run(uuid: str, request: Request, service: Archived, who: Reader) -> Response:
    """What a run is, what is shown of it, and what it came to."""
    position = service.live.position
    key, shown, read = await beside(partial(one_of, service, who, "run", uuid))
    row: RunRow = shown["run"]
    verdicts = request.app.state.verdicts
    scorers = _names(row, shown["registered"].value("config"))

    def ask() -> dict[str, Any]:
        due = sealing_due(service.read_model, row) if row.sealed else ()
        return {
            "due": due,
            "properties": properties_of(service, verdicts, row, sealing_due=bool(due)),
            "results": current(service).results(key, ResultQuery(limit=_FEW)),
            "figures": figures_of(service.read_model, row, shown["summary"], scorers),
        }

    more = await beside(ask)
    coverage = await covered(service, read)
    said_coverage = await covered(service, of_said(key, shown["said"]))
    await disclosed(service, who, key)
    told: dict[str, Any] = {
        "coverage": coverage,
        **shown,
        **more,
        "said_coverage": said_coverage,
        "verdict": verdicts.of(row),
        "scorers": scorers,
        "section_names": {each.section: each.name for each in shown["sections"]},
        "plots": telling(more["figures"]),
        "without_kind": without_kind(more["figures"].errors),
        "position": position,
    }
    return page(request, "run.html", **told)


@router.get("/runs/{uuid}/items")
async def results(
    uuid: str, request: Request, service: Archived, who: Reader, asked: Asked
) -> Response:
    """The results of a run: searched, sorted, page by page."""
    table = Table(asked, SORTS)
    row, sections, scorers = await beside(partial(_about, service, who, uuid))
    query = table.query(partial(result_query, sections=sections, scorers=scorers))
    shown: Sequence[Any] = ()
    more = None
    if query:
        after = table.after(NUMBER, int, int)
        query = query._replace(after=ResultPlace(*after) if after else None, limit=_LIMIT + 1)
        found = await beside(partial(current(service).results, row.key, query))
        shown = found[:_LIMIT]
        more = query.behind(shown[-1]).after if len(found) > _LIMIT else None
    told = {
        "run": row,
        "sections": {each.section: each.name for each in sections},
        "scorers": scorers,
        "results": shown,
        "listing": table.listing(more),
    }
    return page(request, "results.html", 400 if table.problem else 200, **told)


def _about(
    service: Service, who: Principal, uuid: str
) -> tuple[RunRow, Sequence[SectionRow], Sequence[str]]:
    """A run that somebody sees, its sections, and what names its scorers."""
    read_model = current(service)
    row = read_model.run(service.stream("run", uuid, who))
    return row, read_model.sections(row.dataset), scorer_names(service, row)


def scorer_names(service: Service, row: RunRow) -> Sequence[str]:
    """What a run's scorers are called."""
    details = ItemDetails(service.archive.store, service.read_model, service.origin)
    (registered,) = details.events(row.key, [1])
    return _names(row, registered.value("config"))


def _names(row: RunRow, config: Json) -> Sequence[str]:
    """The names in the config, or numbers where it is not disclosed."""
    names = [each.name for each in scorers_of(config)]
    return names or [f"scorer {number}" for number in range(row.scorers)]


@router.get("/runs/{uuid}/events")
async def events(
    uuid: str,
    request: Request,
    service: Archived,
    who: Reader,
    after: Annotated[int, Query(ge=0, le=MAX_INTEGER)] = 0,
) -> Response:
    """Who did what when: the envelopes of a run, in order."""

    def ask() -> dict[str, Any]:
        row = current(service).run(service.stream("run", uuid, who))
        return {"run": row, "events": history_page(service.archive.store, row.key, after, _EVENTS)}

    told = await beside(ask)
    told["coverage"] = await covered(service, of_history(told["run"].key, after, told["events"]))
    return page(request, "events.html", **told, after=after, most=_EVENTS)


@router.get("/runs/{uuid}/bundle")
async def download(
    uuid: str,
    request: Request,
    service: Archived,
    who: Exporter,
    withhold: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """The sealed run as one file, as the API sends it; ``withhold`` as of its report."""
    return await bundle("run", uuid, request, service, who, withhold)
