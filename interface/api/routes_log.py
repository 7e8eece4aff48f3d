"""Routes of the log, at the addresses that C2SP's tlog-tiles has for them.

A tile of hashes tells how many events there are and nothing of them; one of entries has the events'
envelopes, of all projects alike. Not here: the log (``application.log``).
"""

import gzip
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from application.access import Role
from domain.errors import InvalidInput, NotFound
from domain.transparency.tiles import ENTRIES, Tile
from interface.api.access import Archived, LogReader, Reader
from interface.api.answers import beside
from interface.api.descriptions import CHECKPOINT, TILE
from interface.api.errors import Forbidden

router = APIRouter(tags=["log"])

_FOR_EVER: Final = "max-age=31536000, immutable"


@router.get("/checkpoint", responses=CHECKPOINT)
async def checkpoint(service: Archived, _who: LogReader) -> Response:
    """The head that was signed last, with its cosignatures; see docs/api.md, section 7."""
    note = await beside(service.archive.log.note)
    if note is None:
        raise NotFound("checkpoint", "a head that was signed", "none yet")
    return PlainTextResponse(note, headers={"Cache-Control": "no-store"})


@router.get("/tile/entries/{tile:path}", responses=TILE)
async def entries(tile: str, request: Request, service: Archived, who: Reader) -> Response:
    """Envelopes of the log, 256 in a full bundle; for who sees all projects."""
    asked = Tile.parse(f"tile/entries/{tile}")
    if who.project is not None or who.role is Role.RECORDER:
        found = "one that sees less"
        raise Forbidden("token", "a token of an auditor or administrator of all projects", found)
    answer = await _tile(service, asked, "private")
    answer.headers["Vary"] = "Accept-Encoding"
    if "gzip" in map(str.strip, request.headers.get("accept-encoding", "").split(",")):
        packed = await beside(lambda: gzip.compress(answer.body, mtime=0))
        return Response(packed, headers={**answer.headers, **_packed(packed)})
    return answer


@router.get("/tile/{tile:path}", responses=TILE)
async def hashes(tile: str, request: Request, service: Archived, _who: LogReader) -> Response:
    """A tile of the log: 256 hashes in a full one."""
    asked = Tile.parse(f"tile/{tile}")
    if asked.level == ENTRIES:
        raise InvalidInput("tile", "a level from 0 to 63", "entries")
    is_public = request.app.state.settings.public_log
    return await _tile(service, asked, "public" if is_public else "private")


def _packed(data: bytes) -> Mapping[str, str]:
    return {"content-encoding": "gzip", "content-length": f"{len(data)}"}


async def _tile(service: Archived, tile: Tile, cached: str) -> Response:
    data = await beside(lambda: service.archive.log.tile(tile), service.lanes.log)
    headers = {"Cache-Control": f"{cached}, {_FOR_EVER}"}
    return Response(data, headers=headers, media_type="application/octet-stream")
