"""The route of what was said of a run as a whole, further back than the overview tells it.

That somebody looks is recorded before they see it. Not here: what was said
(``application.said_of_run``).
"""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.item_detail import ItemDetails
from application.log_coverage import ReadEvent
from application.ports import StreamKey
from application.said_of_run import Said, said_of_run
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.covered import covered
from interface.api.routes_content import disclosed
from interface.api.routes_read import current
from interface.web.access import Reader
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/runs/{uuid}/annotations")
async def annotations(
    uuid: str,
    request: Request,
    service: Archived,
    who: Reader,
    before: Annotated[int, Query(ge=1, le=MAX_INTEGER)] = MAX_INTEGER,
) -> Response:
    """What was said of a run as a whole, the newest first, page by page."""

    def ask() -> dict[str, Any]:
        key, read_model = service.stream("run", uuid, who), current(service)
        details = ItemDetails(service.archive.store, read_model, service.origin)
        (registered,) = details.events(key, [1])
        said = said_of_run(details, read_model, key, registered, before)
        return {"run": read_model.run(key), "said": said}

    told = await beside(ask)
    key = told["run"].key
    told["coverage"] = await covered(service, of_said(key, told["said"]))
    await disclosed(service, who, key)
    return await beside(partial(page, request, "said.html", **told, is_first=before == MAX_INTEGER))


def of_said(key: StreamKey, said: Said) -> list[ReadEvent]:
    """The events that tell it, to be compared with the log."""
    return [ReadEvent(key, event.version, event.leaf) for event in said.events]
