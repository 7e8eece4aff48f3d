"""Routes of the archive as a whole: what it is and how it does, its last checkpoint, what was done.

Not here: tokens and projects (``routes_tokens``), and a log in full (``/checkpoint`` and ``/tile``
of the API).
"""

from functools import partial
from importlib.metadata import version
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Permission, Principal
from domain.errors import NotFound
from domain.syntax import MAX_INTEGER
from domain.transparency.checkpoint import parse_signed
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.errors import Forbidden
from interface.api.service import Service
from interface.web.access import Reader
from interface.web.actions_shown import LOOKED_THROUGH, Actions, Which, actions_shown
from interface.web.archive_shown import archive_shown, heads, sees_everything
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_FEW: Final = 15
_LIMIT: Final = 100
_SEEN: Final = 50

Before = Annotated[int, Query(ge=1, le=MAX_INTEGER)]


@router.get("/archive")
async def archive(request: Request, service: Archived, who: Reader) -> Response:
    """What the archive is, who vouches for it, and how it does."""
    state = request.app.state
    stopping = state.stopping.is_set()

    def ask() -> dict[str, Any]:
        shown = archive_shown(service, state.stamping, who, stopping=stopping)
        few = _actions(service, who, Which(MAX_INTEGER, _FEW)) if sees_everything(who) else None
        return {"origin": service.origin, "actions": few, **shown._asdict()}

    told = await beside(ask)
    return page(request, "archive.html", version=version("eval752"), **_common(who), **told)


@router.get("/archive/heads")
async def seen(
    request: Request, service: Archived, who: Reader, before: Before | None = None
) -> Response:
    """All heads of the log that others have seen, the newest first."""
    told = await beside(partial(heads, service, before, _SEEN))
    return page(request, "heads.html", **_common(who), heads=told, is_first=before is None)


@router.get("/archive/checkpoint")
async def checkpoint(service: Archived, _: Reader) -> Response:
    """The head of the log that was signed last, with its cosignatures, to be kept."""
    note = await beside(service.archive.log.note)
    if note is None:
        raise NotFound("checkpoint", "a head that was signed", "none yet")
    name = f"checkpoint-{parse_signed(note).checkpoint.size}.note"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(note, 200, headers, media_type="text/plain")


@router.get("/archive/actions")
async def actions(
    request: Request,
    service: Archived,
    who: Reader,
    before: Before = MAX_INTEGER,
    looks: bool = True,
) -> Response:
    """What was done to the archive, the newest first; for who sees all projects."""
    if not sees_everything(who):
        found = "one that sees less"
        raise Forbidden("token", "a token of an auditor or administrator of all projects", found)
    which = Which(before, _LIMIT, looks)
    shown = await beside(partial(_actions, service, who, which))
    told: dict[str, Any] = {"actions": shown, "looks": looks, "is_first": before == MAX_INTEGER}
    told["through"] = LOOKED_THROUGH
    return page(request, "actions.html", **_common(who), **told)


def _actions(service: Service, who: Principal, which: Which) -> Actions:
    """Actions; labels of tokens are for who manages them."""
    archive = service.archive
    tokens = service.book.tokens if who.may(Permission.MANAGE) else ()
    return actions_shown(archive.store, archive.journal().key, tokens, which)


def _common(who: Principal) -> dict[str, Any]:
    return {"sees_everything": sees_everything(who)}
