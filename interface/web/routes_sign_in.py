"""Routes to sign in with a token, and out. Public: who comes here has no session yet.

A form of another site cannot sign anybody in, as the browser says where it came from. Not here:
sessions, and which token counts.

A browser keeps the cookie (SameSite=Strict) from whoever follows a link of another site to here, so
they seem to have no session. One more step, from a page of ours, brings it: at once where a click
of theirs led here and it is to an address that only shows; else by a click on ours. So no other
site can have files leave the archive, or start long work, in their name.
"""

import re
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Query, Request
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

_SHOWING: Final = re.compile(
    r"/|/archive(/actions|/heads)?|/runs/[0-9a-f-]{36}(/items(/[0-9]+)?|/history|/events|/annotations|/verification)?"
)
"""Pages to which another site may lead at once: no file leaves by them, and no long work starts.

The same list stands in ``docs/pages.md`` and ADR 26; a new page is in it where that is so.
"""

_STARTING: Final = "compare"
"""The query parameter by which one of them leads on to what does start work: it needs a click."""


@router.get("/sign-in")
async def ask(
    request: Request,
    service: Archived,
    wanted: Annotated[str, Query(alias="next")] = "/",
    again: bool = False,
    undone: bool = False,
) -> Response:
    """The form; who is signed in goes on at once, and who comes from elsewhere by one more step.

    ``again`` says that this is that step, which is taken once; ``undone``, that a form was sent
    when the session was over.
    """
    if find_session(request, service):
        return _on(wanted)
    ended = bool(secret_of(request))
    step = "" if again or ended else _step(request, wanted)
    goes = bool(step) and _is_led(request, wanted)
    return _form(request, wanted, step=step, goes=goes, ended=ended, undone=undone)


@router.post("/sign-in")
async def sign_in(request: Request, service: Archived) -> Response:
    """Begin a session for the token of the form."""
    form = await read_form(request)
    try:
        who = principal_of(request, service, form.get("token", "").strip())
    except Unauthenticated:
        problem = "This is no token of this archive, or it is expired or revoked."
        return _form(request, form.get("next", "/"), 401, problem=problem)
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


def _form(request: Request, wanted: str, status: int = 200, **more: Any) -> Response:
    told = {"problem": "", "step": "", "goes": False, "ended": False, "undone": False, **more}
    return page(request, "sign_in.html", status, next=_local(wanted), **told)


def _step(request: Request, wanted: str) -> str:
    """The address that brings the cookie, where the browser may have kept it back; "" elsewhere.

    Over plain http a browser does not say where somebody comes from.
    """
    may_be_kept = request.headers.get("sec-fetch-site", "cross-site") == "cross-site"
    return f"/sign-in?{urlencode({'next': wanted, 'again': 'true'})}" if may_be_kept else ""


def _is_led(request: Request, wanted: str) -> bool:
    """Whether somebody's own click led here, to an address that only shows."""
    is_click = request.headers.get("sec-fetch-user") == "?1"
    return is_click and _only_shows(wanted)


def _only_shows(address: str) -> bool:
    path, _, query = address.partition("#")[0].partition("?")
    starts = _STARTING in parse_qs(query, keep_blank_values=True)
    return _SHOWING.fullmatch(path) is not None and not starts


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
