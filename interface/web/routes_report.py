"""The route of a run's evidence report: the bundle is made, verified here, and reported.

The page is a file that stands by itself, the same that ``eval752 report`` writes. It shows content,
and its verdict is this service's; both are recorded before it is seen. Not here: the report
(``evidence_report``).
"""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from application.journal import Entry, about
from interface.api.access import Archived
from interface.api.answers import beside, written
from interface.api.routes_bundles import prepared
from interface.web.access import Exporter
from interface.web.evidence_report import evidence_report, report_name
from interface.web.page_route import PageRoute
from interface.web.rendering import HEADERS

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/runs/{uuid}/report")
async def report(
    uuid: str,
    service: Archived,
    who: Exporter,
    withhold: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """The evidence report of a sealed run, by the service's own policy."""
    key = await beside(partial(service.stream, "run", uuid, who))
    ready = await prepared(service, key, withhold or (), deflated=False)
    try:
        work = partial(evidence_report, ready.path, service.policy)
        made = await beside(work, service.lanes.heavy)
    finally:
        ready.discard()
    verdict = "verified" if made.report.verified else "findings"
    verified = Entry("archive.verified", {"digest": ready.exported.digest, "verdict": verdict})
    disclosed = Entry("archive.disclosed", about(key))
    await written(service.writer.note([verified, disclosed], who.actor))
    headers = {
        **HEADERS,
        "Content-Security-Policy": f"{made.rules}; frame-ancestors 'none'",
        "Content-Disposition": f'inline; filename="{report_name(f"run-{uuid[:13]}")}"',
    }
    return Response(made.html, 200, headers, media_type="text/html")
