"""The pages as a whole: their routes, in the order in which they are looked through.

To add a page: a module with a router of ``PageRoute``, a template, a line in ``ROUTERS``, and a
link from where people come. Not here: the app that they are added to (``interface.api.app``).
"""

from typing import Final

from fastapi import FastAPI

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
    routes_sign_in,
    routes_static,
    routes_tokens,
    routes_verification,
    routes_verify,
)
from interface.web.kept_plots import KeptPlots
from interface.web.known import Verdicts
from interface.web.routes_plots import Drawn
from interface.web.sessions import Sessions
from interface.web.under_way import UnderWay

ROUTERS: Final = (
    routes_static.router,
    routes_sign_in.router,
    routes_runs.router,
    routes_run.router,
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
    app.state.verdicts = Verdicts()
    app.state.under_way = UnderWay()
    app.state.drawn = Drawn()
    app.state.kept_plots = KeptPlots()
    for router in ROUTERS:
        app.include_router(router)
