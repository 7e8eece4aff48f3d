"""The app: an archive's routes, with everything around them. Not here: the server that runs it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import Depends, FastAPI

from application.log import Log
from interface.api import (
    routes_archiving,
    routes_bundles,
    routes_compare,
    routes_content,
    routes_keys,
    routes_live,
    routes_log,
    routes_log_keeping,
    routes_manage,
    routes_native,
    routes_proof,
    routes_read,
    routes_record,
)
from interface.api.incoming import AT_ONCE
from interface.api.metrics import Metrics
from interface.api.parameters import known_parameters
from interface.api.rate_limits import RateLimiter
from interface.api.service import Room, Service, open_service
from interface.api.settings import Settings
from interface.api.surroundings import surround
from interface.api.timestamping import Stamping, stamping

ROUTERS: Final = (  # they are looked through in this order: what is asked most stands first
    routes_record.router,
    routes_read.router,
    routes_proof.router,
    routes_content.router,
    routes_bundles.router,
    routes_compare.router,
    routes_live.router,
    routes_log.router,
    routes_log_keeping.router,
    routes_archiving.router,
    routes_native.router,
    routes_manage.router,
    routes_keys.router,
)


def create_app(settings: Settings, pages: Callable[[FastAPI], None] | None = None) -> FastAPI:
    """Build the app; its archive is opened when it starts, and closed when it stops.

    ``pages`` adds what browsers are shown, of which nothing is known here.
    """
    app = FastAPI(
        title="eval752",
        version=version("eval752"),
        summary="The evidence archive for LLM evaluation runs.",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(known_parameters)],
        redirect_slashes=False,  # a redirect would have the token sent again, to whatever Host says
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.limiter = RateLimiter(settings)
    for router in ROUTERS:
        app.include_router(router)
    if pages:
        pages(app)
    surround(app, settings)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    settings: Settings = app.state.settings
    most = AT_ONCE * settings.max_upload_size
    room = Room(settings.exports_kept, most)
    opened = open_service(settings.data, room, settings.checkpoint_interval, settings.policy)
    with opened as service, stamping(service.archive, settings) as asked:
        app.state.service, app.state.stamping = service, asked
        _measure(app.state.metrics, service)
        _measure_stamping(app.state.metrics, asked)
        ending = asyncio.create_task(_end_streams(app.state.stopping, service))
        yield
        ending.cancel()


async def _end_streams(stopping: asyncio.Event, service: Service) -> None:
    """End the streams that have no end of their own, when the server begins to stop."""
    await stopping.wait()
    service.live.close()


def _measure(metrics: Metrics, service: Service) -> None:
    store, follower = service.archive.store, service.follower
    metrics.gauge("store_position", "Pages of the event store.", store.position)
    metrics.gauge("readable_position", "Pages that readers see.", lambda: service.live.position)
    metrics.gauge("writer_alive", "Whether the writer takes work.", lambda: service.writer.is_alive)
    log, keeper = service.archive.log, service.keeper
    metrics.gauge("log_signed", "Events that the last checkpoint covers.", lambda: _signed(log))
    metrics.gauge("log_fault", "Whether signing has failed.", lambda: bool(keeper.fault))
    metrics.gauge("follower_fault", "Whether reading has failed.", lambda: bool(follower.fault))
    about = "Runs and datasets of which evidence or tables were found damaged."
    metrics.gauge("damage_found", about, lambda: len(service.damage.all))


def _measure_stamping(metrics: Metrics, asked: Stamping) -> None:
    about = "How many timestamp authorities gave no right answer when asked last."
    metrics.gauge("timestamp_faults", about, lambda: len(asked.timestamps.faults))
    about = "How many witnesses gave no right answer when asked last."
    metrics.gauge("witness_faults", about, lambda: len(asked.witnesses.faults))


def _signed(log: Log) -> int:
    head = log.head()
    return head.size if head else 0
