"""Where there is no access control, none but this machine's own programs get through.

A browser on the machine runs pages of others, and these can reach a service here, even by a name
that leads to it. So the host that was asked for has to be a name of this machine, and a page may
ask only where it came from. Not here: the address that is listened at (``server``).
"""

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from interface.api.errors import Forbidden


class LocalOnly:
    """Refuses what a page of somebody else's makes a browser ask.

    Raises:
        Forbidden: for another host, or another origin than this service.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            if not is_local(host):
                raise Forbidden("Host", "a name of this machine", ascii(host[:80]))
            if origin is not None and origin != f"{scope['scheme']}://{host}":
                raise Forbidden("Origin", "none, or this service's own", ascii(origin[:80]))
        await self._app(scope, receive, send)


def is_local(host: str) -> bool:
    """Whether the value of ``Host``, with or without a port, names this machine and no other."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
