"""The routes of plots: each an image by itself, drawn once for each version of a run.

Not here: what is drawn (``plots``).
"""

from collections import OrderedDict
from functools import partial
from threading import Lock
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
from interface.web.page_route import PageRoute
from interface.web.plots import PLOTS, drawn
from interface.web.routes_run import scorer_names

router = APIRouter(include_in_schema=False, route_class=PageRoute)

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An image may have its own style; there is no page here that it could change."""

_MOST: Final = 200


class Drawn:
    """Plots that were drawn last; usable by any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[StreamKey, str], tuple[int, bytes]] = OrderedDict()

    def get(self, service: Service, key: StreamKey, name: str) -> bytes:
        """A plot of a run as it is now."""
        row = current(service).run(key)
        with self._lock:
            version, plot = self._kept.get((key, name), (0, b""))
        if version == row.version:
            return plot
        figures = figures_of(
            service.read_model, row, service.read_model.summary(key), scorer_names(service, row)
        )
        plot = drawn(PLOTS[name], figures)
        with self._lock:
            self._kept[key, name] = row.version, plot
            self._kept.move_to_end((key, name))
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return plot


@router.get("/runs/{uuid}/plots/{name}.svg")
async def plot(uuid: str, name: str, request: Request, service: Archived, who: Reader) -> Response:
    """A plot of a run's totals."""
    key, svg = await beside(partial(_plot, request.app.state.drawn, service, who, (uuid, name)))
    if PLOTS[name].is_content:
        await disclosed(service, who, key)
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": POLICY}
    return Response(svg, 200, headers, media_type="image/svg+xml")


def _plot(
    drawn: Drawn, service: Service, who: Principal, asked: tuple[str, str]
) -> tuple[StreamKey, bytes]:
    uuid, name = asked
    key = service.stream("run", uuid, who)
    if name not in PLOTS:
        raise NotFound(f"plot {name[:80]!a}", f"one of {', '.join(PLOTS)}", "none")
    return key, drawn.get(service, key, name)
