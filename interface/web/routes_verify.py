"""Routes of the verify page: public, since it holds no data, and what it verifies is never sent.

Not here: how the page is joined (``verify_html``), and verifying by the service
(``POST /v1/verifications``).
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from interface.web import verify_html
from interface.web.page_route import LookRoute

router = APIRouter(include_in_schema=False, route_class=LookRoute)

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""For the script too: a worker obeys the policy that came with its own script."""


@router.get("/verify")
def page(request: Request) -> Response:
    """The page."""
    return _answer(request, verify_html.page, "text/html")


@router.get("/verify/verify_page.css")
def style(request: Request) -> Response:
    """Its style."""
    return _answer(request, verify_html.style, "text/css")


@router.get("/verify/verify_page.js")
def script(request: Request) -> Response:
    """Its script, which is also that of its worker."""
    return _answer(request, verify_html.script, "text/javascript")


@router.get("/verify.html")
def self_contained(request: Request) -> Response:
    """The page as one file, to be kept."""
    answer = _answer(request, verify_html.self_contained, "text/html")
    answer.headers["Content-Disposition"] = 'attachment; filename="verify.html"'
    return answer


def _answer(request: Request, make: Callable[[], str], media_type: str) -> Response:
    """The text, asked for anew each time and sent when it is another than before."""
    body = make().encode()
    etag = f'"{sha256(body).hexdigest()}"'
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY,
        "ETag": etag,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
