"""The client of a service (``docs/client.md``): records runs, reads, exports, from Python.

``Client`` blocks and ``AsyncClient`` is awaited; both do the same. It knows nothing of the format:
digests, salts and versions are the service's. Not here: the service, and any store.
"""

from application.archive_report import LogOptions, OnSecrets
from application.log_source import Declared
from interface.client.async_client import AsyncClient
from interface.client.client import Client
from interface.client.errors import BadAnswer, Findings, Forbidden, Unauthenticated, Unavailable
from interface.client.retrying import Retries

__all__ = [
    "AsyncClient",
    "BadAnswer",
    "Client",
    "Declared",
    "Findings",
    "Forbidden",
    "LogOptions",
    "OnSecrets",
    "Retries",
    "Unauthenticated",
    "Unavailable",
]
