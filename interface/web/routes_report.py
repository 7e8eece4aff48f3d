"""The route of a run's evidence report: the bundle is made, verified here, and reported.

The page is a file that stands by itself, the same that ``eval752 report`` writes. Its verdict is
this service's, which is recorded when it is made; that it shows content, each time before it is
seen. Not here: the report (``evidence_report``), and that it takes long (``making``).
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.export import kinds_to_withhold
from application.journal import Entry
from application.ports import StreamKey
from interface.api.access import Archived
from interface.api.answers import beside, written
from interface.api.routes_bundles import prepared
from interface.api.routes_content import disclosed
from interface.api.routes_read import current
from interface.api.service import Service
from interface.web.access import Exporter
from interface.web.evidence_report import evidence_report, report_name
from interface.web.making import Making, Versions, Wanted, made, waiting
from interface.web.page_route import PageRoute
from interface.web.rendering import HEADERS

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/runs/{uuid}/report")
async def report(
    uuid: str,
    request: Request,
    service: Archived,
    who: Exporter,
    withhold: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """The evidence report of a sealed run, by the service's own policy."""
    key = await beside(partial(service.stream, "run", uuid, who))
    kinds = kinds_to_withhold(withhold or ())
    seen = await beside(partial(_seen, service, key))
    wanted = Wanted(who, ("report", key, kinds, seen))
    make = partial(_make, service, wanted, key, kinds, request.app.state.under_way.go_on)
    found = await made(request, service, wanted, Making(make, partial(_sealed, service, key)))
    if found is None:
        row = await beside(lambda: current(service).run(key))
        without = ", ".join(sorted({*(withhold or ())}))
        about = f"run {uuid[:13]}{', without ' if without else ''}{without}"
        told = {"title": "Evidence report", "about": about, "run": row}
        return waiting(request, service, wanted, **told)
    rules, html = json.loads(found)
    await disclosed(service, who, key)
    headers = {
        **HEADERS,
        "Content-Security-Policy": f"{rules}; frame-ancestors 'none'",
        "Content-Disposition": f'inline; filename="{report_name(f"run-{uuid[:13]}")}"',
    }
    return Response(html, 200, headers, media_type="text/html")


def _seen(service: Service, key: StreamKey) -> tuple[int, int]:
    """What others said by now of the head that proves it: another report tells of more."""
    *_, run = service.archive.exporter().extents(key)
    return service.archive.prover().seen(*run)


def _sealed(service: Service, key: StreamKey) -> Versions:
    """Up to where a bundle holds its streams."""
    return [*service.archive.exporter().extents(key)]


async def _make(
    service: Service,
    wanted: Wanted,
    key: StreamKey,
    kinds: frozenset[str],
    go_on: Callable[[], None],
) -> bytes:
    """The report with its policy for browsers."""
    ready = await prepared(service, key, kinds, deflated=False, progress=lambda _: go_on())
    try:
        work = partial(evidence_report, ready.path, service.policy, go_on)
        made = await beside(work, service.lanes.heavy)
    finally:
        ready.discard()
    verdict = "verified" if made.report.verified else "findings"
    entry = Entry("archive.verified", {"digest": ready.exported.digest, "verdict": verdict})
    await written(service.writer.note([entry], wanted.who.actor))
    return json.dumps([made.rules, made.html]).encode()
