"""Routes to sign in with a token, and out. Public: who comes here has no session yet.

A form of another site cannot sign anybody in, as the browser says where it came from. Not here:
sessions, and which token counts.
"""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInput
from interface.api.access import Archived, principal_of
from interface.api.errors import Unauthenticated
from interface.api.request_facts import keep_token_id
from interface.web.access import find_session, give_cookie, secret_of, sessions_of
from interface.web.forms import read_form
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/sign-in")
async def ask(request: Request, service: Archived, next: str = "/") -> Response:  # noqa: A002 - its name in the address
    """The form; who is signed in goes on at once."""
    if find_session(request, service):
        return _on(next)
    return page(request, "sign_in.html", next=_local(next), problem="")


@router.post("/sign-in")
async def sign_in(request: Request, service: Archived) -> Response:
    """Begin a session for the token of the form."""
    form = await read_form(request)
    try:
        who = principal_of(request, service, form.get("token", "").strip())
    except Unauthenticated:
        problem = "This is no token of this archive, or it is expired or revoked."
        wanted = _local(form.get("next", "/"))
        return page(request, "sign_in.html", 401, next=wanted, problem=problem)
    keep_token_id(request.scope, who.token)
    sessions_of(request).end(secret_of(request))
    answer = _on(form.get("next", "/"))
    give_cookie(request, answer, sessions_of(request).begin(who))
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, service: Archived) -> Response:
    """End the session."""
    request.state.session = find_session(request, service)
    await read_form(request)
    sessions_of(request).end(secret_of(request))
    answer = _on("/sign-in")
    give_cookie(request, answer, "")
    return answer


def _on(wanted: str) -> Response:
    return RedirectResponse(_local(wanted), 303, {"Cache-Control": "no-store"})


def _local(wanted: str) -> str:
    """The address, if it is a path of this service; a browser takes ``//`` or a backslash for more.

    Raises:
        InvalidInput: when it leads elsewhere.
    """
    leads_out = wanted.startswith("//") or "\\" in wanted or not wanted.isprintable()
    if not wanted.startswith("/") or leads_out:
        raise InvalidInput("query parameter next", "a path of this service", ascii(wanted[:80]))
    return wanted
