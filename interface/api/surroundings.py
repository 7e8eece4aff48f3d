"""Everything around the routes of an app, in the order in which a request comes through it.

::

    RequestIds → Watching → SecurityHeaders → ProblemAnswers → BodyLimits → routes

With ``open``, ``LocalOnly`` stands before the limits. Not here: the routes, and who may use them
(``access``).
"""

import asyncio
from typing import Final

from fastapi import FastAPI

from interface.api import problems
from interface.api.body_limits import BodyLimits, Limits
from interface.api.local_only import LocalOnly
from interface.api.metrics import Metrics
from interface.api.request_ids import RequestIds
from interface.api.security_headers import SecurityHeaders
from interface.api.settings import Settings
from interface.api.watching import Watching

UPLOADS: Final = (
    *("/v1/archivings", "/v1/assets", "/v1/imports", "/v1/verifications"),
    "/datasets/upload",
)
"""Addresses that take a file."""


def surround(app: FastAPI, settings: Settings) -> None:
    """Put it all around the app.

    The routes find in ``app.state`` the app's ``metrics``, and ``stopping``, an event that is set
    when the server begins to stop: readiness is then over, and streams without an end have to end.
    """
    app.state.metrics = Metrics()
    app.state.stopping = asyncio.Event()
    uploads = {path: int(settings.max_upload_size) for path in UPLOADS}
    limits = Limits(settings.max_body_size, settings.body_timeout, uploads)
    app.add_middleware(BodyLimits, limits=limits)
    if settings.open:
        app.add_middleware(LocalOnly)
    problems.install(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Watching, metrics=app.state.metrics)
    app.add_middleware(RequestIds)
