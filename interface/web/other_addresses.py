"""What people are told at an address that no route has, or not for this method: a page.

Programs, and whoever asks below ``/v1``, get the problem document. Not here: errors of pages that
are there (``page_route``).
"""

from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from interface.api.problems import handled, problem_of_fault
from interface.api.request_facts import keep_page, request_id
from interface.web.access import find_session
from interface.web.rendering import page

_MOST: Final = 200
"""Characters of an address that are told again."""


_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def answer_other_addresses(app: FastAPI) -> None:
    """Have an app answer so; what its routes themselves raise is no matter of this."""
    for status in (404, 405):
        app.add_exception_handler(status, _answer)


async def _answer(request: Request, fault: Exception) -> Response:
    if isinstance(fault, HTTPException) and fault.status_code == 405:
        fault = HTTPException(405, headers={"Allow": _allowed(request)})
    if not isinstance(fault, HTTPException) or not _is_by_people(request):
        return await handled(request, fault)
    path: str = request.scope["path"]
    if fault.status_code == 404 and path.endswith("/") and request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{quote(path.strip('/'))}{query}")  # never //, another host
    keep_page(request.scope)
    request.state.session = find_session(request, request.app.state.service)
    problem = problem_of_fault(fault, request_id(request.scope))
    told = {**problem.document, **_told(request, fault)}
    answer = page(request, "error.html", problem.status, problem=told)
    answer.headers.update(problem.headers)
    return answer


def _allowed(request: Request) -> str:
    """The methods of all routes of an address: the framework knows those of the first alone."""
    asked = ((method, {**request.scope, "method": method}) for method in _METHODS)
    routes = request.app.routes
    return ", ".join(
        method
        for method, scope in asked
        if any(route.matches(scope)[0] is Match.FULL for route in routes)
    )


def _is_by_people(request: Request) -> bool:
    path: str = request.scope["path"]
    is_api = path == "/v1" or path.startswith("/v1/")
    return not is_api and "text/html" in request.headers.get("accept", "")


def _told(request: Request, fault: HTTPException) -> dict[str, Any]:
    path = request.scope["path"][:_MOST]
    if fault.status_code == 404:
        detail = f"It may be mistyped, or cut short: {path}"
        return {"title": "There is no page at this address", "detail": detail}
    return {"detail": f"{path} takes {(fault.headers or {})['Allow']}, not {request.method}."}
