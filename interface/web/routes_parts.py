"""The route of one part of a run's or its dataset's events, whole, to be kept as a file.

The event is compared with the log, and that somebody gets the part is recorded, before. Not here:
the pages, which show the beginning of what is long (``layout``).
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Path as PathParameter
from starlette.responses import Response

from application.item_detail import EventDetail, ItemDetails
from application.log_coverage import ReadEvent
from application.ports import StreamKey
from domain.canonical import encode
from domain.errors import NotFound
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.covered import covered, told
from interface.api.routes_content import disclosed
from interface.api.routes_read import current
from interface.web.access import Reader
from interface.web.page_route import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/runs/{uuid}/parts/{of}/{version}/{kind}")
async def part(
    uuid: str,
    of: Literal["run", "dataset"],
    version: Annotated[int, PathParameter(ge=1, le=MAX_INTEGER)],
    kind: str,
    service: Archived,
    who: Reader,
) -> Response:
    """A part's value in the canonical form that its digest is of."""

    def ask() -> tuple[StreamKey, EventDetail, Sequence[ReadEvent]]:
        key, read_model = service.stream("run", uuid, who), current(service)
        key = read_model.run(key).dataset if of == "dataset" else key
        details = ItemDetails(service.archive.store, read_model, service.origin)
        return key, details.events(key, [version])[0], details.read

    key, event, read = await beside(ask)
    coverage = await covered(service, read)
    if not event.has(kind):
        expected = f"a disclosed part of event {version} of this {of}"
        raise NotFound(f"part {kind[:40]!a}", expected, "none")
    place = {name: event.facts[name] for name in ("item", "epoch") if name in event.facts}
    await disclosed(service, who, key, **place)
    file = f"{of}-{key.stream.partition('/')[2]}-{version}-{kind}.json"
    headers = {
        **told(coverage),
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{file}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(encode(event.value(kind)), 200, headers, media_type="application/json")
