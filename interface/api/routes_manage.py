"""Routes about the archive itself: what it is, its tokens and projects, its health.

Not here: what tokens may do (``application.access``).
"""

from functools import partial
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.access import Role
from application.access_book import Token, TokenRequest
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from interface.api.access import Administrator, Archived, Reader
from interface.api.answers import answer, beside, written
from interface.api.bodies import check_media, read_members
from interface.api.descriptions import MADE, OBJECT, PAGE, PROJECT, TEXT, TOKEN
from interface.api.errors import Unavailable
from interface.api.metrics import MEDIA_TYPE
from interface.api.pages import Cursor, Limit, growing_answer
from interface.documents import document

router = APIRouter(tags=["manage"])

_TOKEN: Final = frozenset({"role", "project", "expires", "label"})


@router.get("/v1/archive", responses=OBJECT)
async def archive(service: Archived, _: Reader) -> Response:
    """What this archive is."""
    key = await beside(lambda: service.archive.signer.key)
    return answer(
        {
            "origin": key.name,
            "verifier_key": key.encode(),
            "position": service.live.position,
            "version": version("eval752"),
        }
    )


@router.get("/v1/tokens", responses=PAGE)
async def tokens(
    request: Request, service: Archived, _: Administrator, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """List tokens, without their secrets, in the order in which they were made."""
    rows = [_token_document(token) for token in service.book.tokens]
    return growing_answer(request, rows, limit, cursor)


@router.post("/v1/tokens", status_code=201, openapi_extra=TOKEN, responses=MADE)
async def issue(request: Request, service: Archived, who: Administrator) -> Response:
    """Make a token; its text is in this answer and nowhere else."""
    check_media(request, "application/json")
    members = await read_members(request, _TOKEN)
    wanted = _wanted(members)
    token, text = await beside(lambda: service.issue(wanted, who.actor))
    known = next(each for each in service.book.tokens if each.id == token)
    document = {**_token_document(known), "token": text}
    return answer(document, 201, {"Location": f"/v1/tokens/{token}"})


@router.delete("/v1/tokens/{token}", status_code=204)
async def revoke(token: str, service: Archived, who: Administrator) -> Response:
    """Make a token useless, at once."""
    await written(service.writer.decide(partial(service.book.revoke, token), who.actor))
    return Response(status_code=204)


@router.get("/v1/projects", responses=PAGE)
async def projects(
    request: Request, service: Archived, _: Administrator, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """List projects, in the order in which they were made."""
    rows = [{"project": project} for project in service.book.projects]
    return growing_answer(request, rows, limit, cursor)


@router.post("/v1/projects", status_code=201, openapi_extra=PROJECT, responses=MADE)
async def add_project(request: Request, service: Archived, who: Administrator) -> Response:
    """Make a project."""
    check_media(request, "application/json")
    members = await read_members(request, frozenset({"project"}))
    project = members.get("project", "")
    if not isinstance(project, str):
        raise InvalidInput("body, project", "a string", shown(project))
    await written(service.writer.decide(partial(service.book.add_project, project), who.actor))
    return answer({"project": project}, 201)


@router.post("/v1/rebuilds", responses=OBJECT)
async def rebuild(service: Archived, _: Administrator) -> Response:
    """Build the read models from nothing, while the ones before are read; say how much it was."""
    rebuilt = await beside(service.archive.rebuild, service.lanes.heavy)
    return answer(document(rebuilt))


@router.get("/healthz", tags=["health"], responses=OBJECT)
async def healthz() -> Response:
    """Whether the process lives."""
    return answer({"status": "alive"})


@router.get("/readyz", tags=["health"], responses=OBJECT)
async def readyz(request: Request, service: Archived) -> Response:
    """Whether it can record and read; ``degraded`` names what of the rest fails meanwhile.

    A log that can sign no more keeps nobody from recording and reading, so it is ready then. What
    the fault says in full is for those with a token.
    """
    if request.app.state.stopping.is_set() or not service.writer.is_alive:
        raise Unavailable("service", "one that records", "one that is stopping")
    await beside(service.follower.wait)
    fault = service.keeper.fault
    told = {"degraded": {"signing": type(fault).__name__}} if fault else {}
    return answer({"status": "ready", **told})


@router.get("/metrics", tags=["health"], responses=TEXT)
async def metrics(request: Request, _: Administrator) -> Response:
    """What Prometheus asks for; it needs a token that may manage."""
    return Response(request.app.state.metrics.page(), media_type=MEDIA_TYPE)


def _wanted(members: dict[str, Json]) -> TokenRequest:
    role = members.get("role")
    if not isinstance(role, str) or role not in {*Role}:
        raise InvalidInput("body, role", f"one of {', '.join(Role)}", shown(role))
    rest = {name: members[name] for name in _TOKEN - {"role"} if members.get(name) is not None}
    for name, value in rest.items():
        if not isinstance(value, str) or len(value) > 1000:
            raise InvalidInput(f"body, {name}", "a string", shown(value))
    return TokenRequest(Role(role), **{name: str(value) for name, value in rest.items()})


def _token_document(token: Token) -> dict[str, Any]:
    return {name: value for name, value in token._asdict().items() if name != "digest"}
