"""Routes of tokens and projects, for administrators: which there are, a new one, one revoked.

What is wanted is checked as by the API. The text of a new token is on the page that answers the
form, and nowhere else. Not here: what tokens may do (``application.access``).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.access import Role
from application.access_book import TokenRequest
from domain.errors import Eval752Error, InvalidInput, Refused
from interface.api.access import Archived
from interface.api.answers import beside, written
from interface.api.service import Service
from interface.web.access import Administrator
from interface.web.forms import read_form
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_HERE: Final = "/archive/tokens"
_LABEL_MOST: Final = 200


@router.get(_HERE)
async def tokens(request: Request, service: Archived, _: Administrator) -> Response:
    """All tokens and projects, and forms for more."""
    return _page(request, service)


@router.post(_HERE)
async def issue(request: Request, service: Archived, who: Administrator) -> Response:
    """Make a token, and show its text, this once."""
    form = await read_form(request)
    try:
        wanted = _wanted(form)
        token, text = await beside(partial(service.issue, wanted, who.actor))
    except InvalidInput as problem:
        return _page(request, service, 400, problem=problem, form=form)
    return _page(request, service, 201, made=token, text=text)


@router.post(_HERE + "/{token}/revoke")
async def revoke(token: str, request: Request, service: Archived, who: Administrator) -> Response:
    """Make a token useless, at once."""
    await read_form(request)
    await written(service.writer.decide(partial(service.book.revoke, token), who.actor))
    return RedirectResponse(_HERE, 303, {"Cache-Control": "no-store"})


@router.post("/archive/projects")
async def add_project(request: Request, service: Archived, who: Administrator) -> Response:
    """Make a project."""
    form = await read_form(request)
    project = form.get("project", "")
    try:
        await written(service.writer.decide(partial(service.book.add_project, project), who.actor))
    except (InvalidInput, Refused) as problem:
        return _page(request, service, 400, project_problem=problem, form=form)
    return RedirectResponse(_HERE, 303, {"Cache-Control": "no-store"})


def _page(
    request: Request,
    service: Service,
    status: int = 200,
    *,
    problem: Eval752Error | None = None,
    project_problem: Eval752Error | None = None,
    form: Mapping[str, str] | None = None,
    made: str = "",
    text: str = "",
) -> Response:
    now = service.archive.clock.now()
    told: dict[str, Any] = {
        "tokens": [(token, token.is_good(now)) for token in reversed(service.book.tokens)],
        "projects": service.book.projects,
        "roles": [*Role],
        "problem": problem,
        "project_problem": project_problem,
        "form": form or {},
        "made": made,
        "text": text,
        "sees_everything": True,
    }
    return page(request, "tokens.html", status, **told)


def _wanted(form: Mapping[str, str]) -> TokenRequest:
    """What the form asks for; a day is its beginning.

    Raises:
        InvalidInput: when the role is none, or a field is too long.
    """
    role, day, label = form.get("role", ""), form.get("expires", ""), form.get("label", "").strip()
    if role not in {*Role}:
        raise InvalidInput("role", f"one of {', '.join(Role)}", ascii(role[:80]))
    if len(label) > _LABEL_MOST:
        raise InvalidInput("label", f"at most {_LABEL_MOST} characters", str(len(label)))
    return TokenRequest(
        Role(role),
        project=form.get("project") or None,
        expires=f"{day}T00:00:00.000000Z" if day else None,
        label=label or None,
    )
