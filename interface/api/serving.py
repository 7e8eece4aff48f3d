"""The service as a whole: an archive's app on a server, until a signal comes.

Not here: the app (``app``), and how uvicorn is run (``server``).
"""

from collections.abc import Callable

from fastapi import FastAPI

from interface.api import logs
from interface.api.app import create_app
from interface.api.server import run
from interface.api.settings import Settings


def serve(
    settings: Settings,
    listening: Callable[[str, str | None], None],
    pages: Callable[[FastAPI], None] | None = None,
) -> None:
    """Serve the archive of the settings, with pages for browsers if there are any.

    ``listening`` learns the address, and the first token of an archive that has none yet: nobody
    is told it again.

    Raises:
        Eval752Error: when it cannot be served; see also ``server.run``.
        KeyboardInterrupt: at the end, when it was interrupted.
    """
    logs.configure(settings.log_level)
    app = create_app(settings, pages)

    def started(address: str) -> None:
        listening(address, None if settings.open else app.state.service.first_token())

    run(app, settings, listening=started, stopping=app.state.stopping.set)
