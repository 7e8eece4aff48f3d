"""Routes of the archive's keys: which there are, a new one, and that one is in other hands.

Keys are replaced while everything else goes on. Not here: what follows from it
(``application.key_changes``).
"""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.access import Principal
from application.key_changes import Changed, KeyChanges
from interface.api.access import Administrator, Archived, Reader
from interface.api.answers import answer, beside
from interface.api.bodies import check_media, read_members
from interface.api.descriptions import COMPROMISE, MADE, OBJECT, PAGE
from interface.api.pages import Cursor, Limit, growing_answer
from interface.api.service import Service
from interface.shown import shown_change, shown_key

router = APIRouter(tags=["manage"])


@router.get("/v1/keys", responses=PAGE)
async def keys(
    request: Request, service: Archived, _: Reader, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """List the keys that the archive has had, with their times; the last is in force."""
    known = await beside(service.archive.signer.known)
    return growing_answer(request, [*map(shown_key, known)], limit, cursor)


@router.post("/v1/keys", status_code=201, responses=MADE)
async def rotate(service: Archived, who: Administrator) -> Response:
    """Put a new key in force; the one before signs one more head with it, and is destroyed."""
    changed = await _changed(service, who, KeyChanges.rotate)
    return answer(shown_change(changed), 201)


@router.post("/v1/keys/{key}/compromised", openapi_extra=COMPROMISE, responses=OBJECT)
async def compromised(
    key: str, request: Request, service: Archived, who: Administrator
) -> Response:
    """Say that a key is in other hands; a new one is put in force if it was. Again: the same."""
    check_media(request, "application/json")
    members = await read_members(request, frozenset({"since"}))
    told, now = members.get("since"), service.archive.clock.now()
    since = "" if told is None else str(told)
    changed = await _changed(service, who, lambda keys: keys.compromised(key, since, now))
    return answer(shown_change(changed))


async def _changed(
    service: Service, who: Principal, change: Callable[[KeyChanges], Changed]
) -> Changed:
    """Change keys; bundles that are kept for downloads are signed anew when they are asked for."""

    def work() -> Changed:
        try:
            return change(service.key_changes(who.actor))
        finally:
            service.forget()

    return await beside(work, service.lanes.record)
