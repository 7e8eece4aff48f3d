"""Routes of the files that pages load: public, and the same for everybody.

Not here: images and plots, which are of a run (``routes_item``, ``routes_plots``).
"""

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound
from interface.web.page_route import PageRoute
from interface.web.static_files import static_files

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/static/{mark}/{name}")
async def static(mark: str, name: str) -> Response:
    """A file of this version of the pages."""
    file = static_files().get(name)
    if file is None or file.mark != mark:
        raise NotFound(f"file {name[:80]!a}", "a file of these pages", "none")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(file.data, 200, headers, media_type=file.media)
