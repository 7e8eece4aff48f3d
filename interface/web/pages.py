"""The pages as a whole: their routes, in the order in which they are looked through.

To add a page: a module with a router of ``PageRoute``, a template, a line in ``ROUTERS``, and a
link from where people come. Not here: the app that they are added to (``interface.api.app``).
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI

from interface.api.service import Service
from interface.web import (
    routes_archive,
    routes_compare,
    routes_flips,
    routes_history,
    routes_item,
    routes_parts,
    routes_plots,
    routes_report,
    routes_run,
    routes_runs,
    routes_said,
    routes_sign_in,
    routes_static,
    routes_tokens,
    routes_verification,
    routes_verify,
)
from interface.web.kept import Kept
from interface.web.known import Verdicts
from interface.web.other_addresses import answer_other_addresses
from interface.web.sessions import Sessions
from interface.web.under_way import UnderWay

ROUTERS: Final = (
    routes_static.router,
    routes_sign_in.router,
    routes_runs.router,
    routes_run.router,
    routes_said.router,
    routes_item.router,
    routes_history.router,
    routes_parts.router,
    routes_plots.router,
    routes_verification.router,
    routes_report.router,
    routes_verify.router,
    routes_compare.router,
    routes_flips.router,
    routes_archive.router,
    routes_tokens.router,
)


def add_pages(app: FastAPI) -> None:
    """Add the pages to an app, with what they remember of its visitors."""
    app.state.sessions = Sessions()
    app.include_router(APIRouter(lifespan=_lifespan))
    for router in ROUTERS:
        app.include_router(router)
    answer_other_addresses(app)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """What lasts as long as the service, within which it begins and ends."""
    service: Service = app.state.service
    kept = app.state.kept = Kept(service.incoming.folder)
    under_way = app.state.under_way = UnderWay(service.damage.note)
    app.state.verdicts = Verdicts(service.damage)
    service.forgetters.append(kept.forget)
    try:
        yield
    finally:
        await under_way.close()
        kept.forget()
