"""How many connections there may be at once, so that the archive's own files can still be opened.

Whoever opens connections needs no token. Not here: how long they may stay (``httptools_protocol``).
"""

import asyncio
import sys
from typing import Any, Final

if sys.platform != "win32":
    import resource

    def _files() -> int:
        """The files that this process may open, after asking for as many as it can get."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _WANTED if most == resource.RLIM_INFINITY else min(most, _WANTED)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        return wanted
else:

    def _files() -> int:
        return _WANTED


_WANTED: Final = 16_384
_OWN: Final = 256
"""Files that are kept for databases, bodies, bundles and assets."""


def most_connections() -> int:
    """The connections that there may be."""
    files = _files()
    return max(files - _OWN, files // 2)


class Bounded(asyncio.Protocol):
    """A protocol of uvicorn's, of which there are at most ``most`` at once."""

    most: int = _WANTED
    connections: Any

    def connection_made(self, transport: Any) -> None:
        """Close at once what is too much; nothing of it was read."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()
