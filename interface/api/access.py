"""Ties a request to who asks, and checks that their role may ask for this at all.

Every route names the permission that it needs; a test finds those that do not. Not here: what roles
may do (``application.access``), and which streams somebody sees (``service``).
"""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from application.access import Permission, Principal, Role
from interface.api.errors import Forbidden, Unauthenticated
from interface.api.request_facts import keep_token_id
from interface.api.service import OPEN, Service

BEARER: Final = HTTPBearer(auto_error=False, description="A token: eval752_…")


async def service_of(request: Request) -> Service:  # not async, it would go to a thread
    """The archive that this app serves."""
    service: Service = request.app.state.service
    return service


PUBLIC: Final = Principal("public", Role.AUDITOR, "")
"""Who asks for what is public."""

Archived = Annotated[Service, Depends(service_of)]
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


class Needs:
    """A dependency that brings who asks, if their role has the permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(
        self, request: Request, service: Archived, credentials: _Credentials
    ) -> Principal:
        """Find out who asks.

        Raises:
            Unauthenticated: when there is no token, or none that is good.
            Forbidden: when their role does not have the permission.
            TooManyRequests: when this token, or an address without one, asks too often.
        """
        who = self.identify(request, service, credentials)
        keep_token_id(request.scope, who.token)
        if not who.may(self.permission):
            found = f"the role {who.role}"
            raise Forbidden("token", f"a role that may {self.permission}", found)
        return who

    def identify(
        self, request: Request, service: Service, credentials: HTTPAuthorizationCredentials | None
    ) -> Principal:
        """Who asks, by the token of the request.

        Raises:
            Unauthenticated, TooManyRequests: see ``__call__``.
        """
        if request.app.state.settings.open:
            return OPEN
        is_one = len(request.headers.getlist("authorization")) == 1
        return principal_of(
            request, service, credentials.credentials if credentials and is_one else ""
        )


class NeedsUnlessPublic(Needs):
    """The same, but that nobody has to say who they are where the log is public."""

    async def __call__(
        self, request: Request, service: Archived, credentials: _Credentials
    ) -> Principal:
        """Find out who asks; see ``Needs``."""
        if request.app.state.settings.public_log:
            return PUBLIC
        return await super().__call__(request, service, credentials)


def principal_of(request: Request, service: Service, text: str) -> Principal:
    """Who a token's text stands for; each use of it is counted, and each failure of an address.

    Raises:
        Unauthenticated: when it is no token that counts.
        TooManyRequests: when there were too many of either.
    """
    limiter, address = request.app.state.limiter, request.client.host if request.client else ""
    who = service.book.principal(text, service.archive.clock.now())
    if who is None:
        limiter.failed(address)
        found = "another one, or one that is expired or revoked" if text else "none"
        raise Unauthenticated("Authorization", "Bearer and a token of this archive", found)
    limiter.hit(who.token)
    return who


Recorder = Annotated[Principal, Depends(Needs(Permission.RECORD))]
LogReader = Annotated[Principal, Depends(NeedsUnlessPublic(Permission.READ))]
Reader = Annotated[Principal, Depends(Needs(Permission.READ))]
Exporter = Annotated[Principal, Depends(Needs(Permission.EXPORT))]
Verifier = Annotated[Principal, Depends(Needs(Permission.VERIFY))]
Importer = Annotated[Principal, Depends(Needs(Permission.IMPORT))]
Administrator = Annotated[Principal, Depends(Needs(Permission.MANAGE))]
