"""A route that answers with a page, errors included: who is not signed in is sent to sign in.

A script that fetches from such a route, and says that it takes problem documents, gets one instead.

What answers GET answers HEAD, by the same work: what is looked at is recorded for either. Not here:
how a page is made (``rendering``), errors of the API (``interface.api.problems``), and addresses
that no route has (``other_addresses``).
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from interface.api.errors import Unauthenticated
from interface.api.problem_documents import MEDIA_TYPE
from interface.api.problems import is_ours, note_fault, problem_of_fault
from interface.api.request_facts import keep_page, request_id
from interface.web.access import find_session, session_of
from interface.web.rendering import page

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_LOOKS: Final = frozenset({"GET", "HEAD"})


class LookRoute(APIRoute):
    """A route whose GET is its HEAD too; the server leaves the body away."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, methods: Any = None, **more: Any
    ) -> None:
        asked = frozenset(methods or ("GET",))
        answered = asked | _LOOKS if "GET" in asked else asked
        super().__init__(path, endpoint, methods={*answered}, **more)


class PageRoute(LookRoute):
    """A route of a page."""

    def get_route_handler(self) -> Handler:
        """The handler, whose errors become pages."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            keep_page(request.scope)
            try:
                return await handler(request)
            except Unauthenticated:
                return _sign_in(request)
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is told on a page
                return _error(request, fault)

        return answered


def _sign_in(request: Request) -> Response:
    """To the form, and from there to what was asked for; a form that was sent is to be sent anew.

    It is not done later: only who sees the page again knows what they send.
    """
    if request.method in _LOOKS:
        asked = {"next": _local(str(request.url))}
    else:
        asked = {"next": _sent_from(request), "undone": "true"}
    answer = f"/sign-in?{urlencode(asked)}"
    return RedirectResponse(answer, 303, {"Cache-Control": "no-store"})


def _sent_from(request: Request) -> str:
    """The page of ours that a form stood on; the first one, where that is not told."""
    referer = request.headers.get("referer", "")
    is_ours = referer.split("/")[2:3] == [request.headers.get("host", "")]
    return _local(referer) if is_ours else "/"


def _local(url: str) -> str:
    _, _, path, query, _ = urlsplit(url)
    return f"{path}?{query}" if query else path


def _error(request: Request, fault: Exception) -> Response:
    """The page of an error, which says what its problem document would."""
    problem = problem_of_fault(fault, request_id(request.scope))
    if is_ours(fault, problem):
        note_fault(request.app.state, fault)
    if MEDIA_TYPE in request.headers.get("accept", ""):
        headers = {**problem.headers, "Cache-Control": "no-store"}
        return Response(problem.body, problem.status, headers, MEDIA_TYPE)
    if session_of(request) is None:  # what is refused before anybody is asked for
        request.state.session = find_session(request, request.app.state.service)
    answer = page(request, "error.html", problem.status, problem=problem.document)
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer
