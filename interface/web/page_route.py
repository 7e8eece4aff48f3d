"""A route that answers with a page, errors included: who is not signed in is sent to sign in.

Not here: how a page is made (``rendering``), and errors of the API (``interface.api.problems``).
"""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from interface.api.errors import Unauthenticated
from interface.api.logs import log_fault
from interface.api.problems import is_ours, problem_of_fault
from interface.api.request_facts import keep_page, request_id
from interface.web.access import find_session, session_of
from interface.web.rendering import page

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route of a page."""

    def get_route_handler(self) -> Handler:
        """The handler, whose errors become pages."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            keep_page(request.scope)
            try:
                return await handler(request)
            except Unauthenticated as fault:
                return _sign_in(request) if request.method == "GET" else _error(request, fault)
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is told on a page
                return _error(request, fault)

        return answered


def _sign_in(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = urlencode({"next": f"{request.url.path}{query}"})
    return RedirectResponse(f"/sign-in?{wanted}", 303, {"Cache-Control": "no-store"})


def _error(request: Request, fault: Exception) -> Response:
    """The page of an error, which says what its problem document would."""
    problem = problem_of_fault(fault, request_id(request.scope))
    if is_ours(fault, problem):
        log_fault(fault)
    if session_of(request) is None:  # what is refused before anybody is asked for
        request.state.session = find_session(request, request.app.state.service)
    answer = page(request, "error.html", problem.status, problem=problem.document)
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer
