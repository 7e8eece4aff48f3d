"""The routes of plots: each an image by itself, drawn once for each version of a run.

Not here: what is drawn (``plots``).
"""

from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.access import Principal
from application.ports import StreamKey
from domain.errors import NotFound
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.routes_content import disclosed
from interface.api.routes_read import current
from interface.api.service import Service
from interface.web.access import Reader
from interface.web.figures import figures_of
from interface.web.kept import Kept
from interface.web.page_route import PageRoute
from interface.web.plots import PLOTS, drawn
from interface.web.routes_run import scorer_names

router = APIRouter(include_in_schema=False, route_class=PageRoute)

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An image may have its own style; there is no page here that it could change."""


@router.get("/runs/{uuid}/plots/{name}.svg")
async def plot(uuid: str, name: str, request: Request, service: Archived, who: Reader) -> Response:
    """A plot of a run's totals."""
    key, svg = await beside(partial(_plot, request.app.state.kept, service, who, (uuid, name)))
    if PLOTS[name].is_content:
        await disclosed(service, who, key)
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": POLICY}
    return Response(svg, 200, headers, media_type="image/svg+xml")


def _plot(
    kept: Kept, service: Service, who: Principal, asked: tuple[str, str]
) -> tuple[StreamKey, bytes]:
    """The plot of the run as it is now, for whoever sees the run."""
    uuid, name = asked
    key = service.stream("run", uuid, who)
    if name not in PLOTS:
        raise NotFound(f"plot {name[:80]!a}", f"one of {', '.join(PLOTS)}", "none")
    era, row = kept.era, current(service).run(key)
    found = kept.get((key, name), lambda version, _: version == row.version)
    if found is None:
        summary, scorers = service.read_model.summary(key), scorer_names(service, row)
        found = drawn(PLOTS[name], figures_of(service.read_model, row, summary, scorers))
        kept.keep((key, name), row.version, found, era)
    return key, found
