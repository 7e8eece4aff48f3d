"""The files that pages load: style, scripts and icon, each under an address that its bytes give it.

So a browser may keep them for ever. Not here: the route (``routes_static``).
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

_FOLDER: Final = Path(__file__).with_name("static")
_MEDIA: Final = {".css": "text/css", ".mjs": "text/javascript", ".svg": "image/svg+xml"}


class StaticFile(NamedTuple):
    """A file with its media type; ``mark`` is the beginning of its SHA-256."""

    data: bytes
    media: str
    mark: str


@cache
def static_files() -> dict[str, StaticFile]:
    """All of them by name."""
    found = (path for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA)
    return {path.name: _read(path) for path in found}


def address_of(name: str) -> str:
    """Where a page loads a file from."""
    return f"/static/{static_files()[name].mark}/{name}"


def _read(path: Path) -> StaticFile:
    data = path.read_bytes()
    return StaticFile(data, _MEDIA[path.suffix], sha256(data).hexdigest()[:16])
