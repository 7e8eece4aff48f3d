"""Pages from templates: everything escaped, nothing inline, and headers that allow no more.

Not here: the templates (``templating``), what they show (``wording`` has its words), and the files
that a page loads (``routes_static``).
"""

from functools import partial
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from application.access import Permission, Principal
from interface.web.access import session_of
from interface.web.templating import rendered

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # without one, forms would not say where they come from
}


def page(request: Request, template: str, status: int = 200, **shown: Any) -> Response:
    """A page, for whoever the session is of."""
    session = session_of(request)
    who = session.who if session else None
    text = rendered(
        template,
        **shown,
        who=who,
        may=partial(_may, who),
        csrf=session.csrf if session else "",
        is_open=request.app.state.settings.open,
    )
    return Response(text, status, HEADERS, media_type="text/html")


def _may(who: Principal | None, permission: str) -> bool:
    """Whether to offer what needs this permission."""
    return who is not None and who.may(Permission(permission))
