"""Ties a page to who looks at it: by the session of a cookie, with the permissions of the API.

Every page names what it needs, as every route does (``interface.api.access``). No page takes a
token from a header, and no route of the API a cookie: what a browser sends by itself opens pages
alone. Not here: the sessions, and the forms that change something (``forms``).
"""

from secrets import token_urlsafe
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials
from starlette.responses import Response

from application.access import Permission, Principal
from interface.api.access import Needs
from interface.api.errors import Unauthenticated
from interface.api.service import OPEN, Service
from interface.web.sessions import LONGEST, Session, Sessions

_NAME: Final = "eval752"
_OPEN: Final = Session(OPEN, token_urlsafe(32), 0, 0)
"""Everybody's, where access control is off."""


class SeenBy(Needs):
    """A dependency that brings who looks at a page, if their role has the permission."""

    def identify(
        self,
        request: Request,
        service: Service,
        credentials: HTTPAuthorizationCredentials | None,  # noqa: ARG002 - of the API alone
    ) -> Principal:
        """Who asks, by the session of the cookie.

        Raises:
            Unauthenticated: when nobody is signed in.
            TooManyRequests: when this token asks too often.
        """
        session = find_session(request, service)
        if session is None:
            raise Unauthenticated("the session", "somebody who is signed in", "nobody")
        if session is not _OPEN:
            request.app.state.limiter.hit(session.who.token)
        request.state.session = session
        return session.who


Reader = Annotated[Principal, Depends(SeenBy(Permission.READ))]
Exporter = Annotated[Principal, Depends(SeenBy(Permission.EXPORT))]
Verifier = Annotated[Principal, Depends(SeenBy(Permission.VERIFY))]
Administrator = Annotated[Principal, Depends(SeenBy(Permission.MANAGE))]


def find_session(request: Request, service: Service) -> Session | None:
    """The session of a request, as long as its token counts."""
    if request.app.state.settings.open:
        return _OPEN
    secret, sessions = secret_of(request), sessions_of(request)
    session = sessions.find(secret) if secret else None
    if session and service.book.is_void(session.who.token, service.archive.clock.now()):
        sessions.end(secret)
        return None
    return session


def session_of(request: Request) -> Session | None:
    """The session that a page was opened with; None on a page that needs none."""
    session: Session | None = getattr(request.state, "session", None)
    return session


def sessions_of(request: Request) -> Sessions:
    """All sessions of the service."""
    sessions: Sessions = request.app.state.sessions
    return sessions


def secret_of(request: Request) -> str:
    """What the cookie holds; "" without one."""
    return request.cookies.get(_cookie(request), "")


def give_cookie(request: Request, answer: Response, secret: str) -> None:
    """Have the browser keep a session for as long as it may last; none ends it there."""
    answer.set_cookie(
        _cookie(request),
        secret,
        max_age=LONGEST if secret else 0,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )


def _cookie(request: Request) -> str:
    """The prefix binds a cookie to this host, and to TLS (RFC 6265bis, section 4.1.3.2)."""
    return f"__Host-{_NAME}" if _is_secure(request) else _NAME


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
