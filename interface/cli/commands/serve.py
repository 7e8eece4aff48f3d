"""``eval752 serve``: the archive over HTTP, until a signal comes.

Not here: the service (``interface.api``), its pages (``interface.web``), and the options.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from interface.api import serving
from interface.api.settings import Settings, read_settings
from interface.cli.screen import Line, Screen
from interface.web.pages import add_pages


def serve(screen: Screen, options: Mapping[str, Any], config: str | None) -> None:
    """Serve with the options that were given; there is one for each setting."""
    given = {name: options[name] for name in Settings.model_fields}
    flags = {name: value for name, value in given.items() if value not in {None, False}}

    def listening(address: str, token: str | None) -> None:
        screen.show(_lines(address, token), lambda: {"listening": address, "token": token})
        screen.flush()

    serving.serve(read_settings(flags, config), listening, add_pages)


def _lines(address: str, token: str | None) -> Iterator[Line]:
    yield Line(f"listening on {address}")
    if token is not None:
        yield Line(f"the first token, an administrator's, told this once: {token}", "strong")
