"""Addresses of a service's routes: paths and queries of what is asked. Pure.

Not here: what is asked (``operations``).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

from domain.errors import InvalidInput, shown
from domain.syntax import is_stream


class Streamed(Protocol):
    """What has a stream, such as a recording."""

    @property
    def stream(self) -> str:
        """``run/ID`` or ``dataset/ID``."""
        ...


def stream_of(kind: str, named: str | Streamed) -> str:
    """``run/ID`` or ``dataset/ID`` of an id, of that itself, or of a recording."""
    name = named if isinstance(named, str) else named.stream
    return name if "/" in name else f"{kind}/{name}"


def path_of(stream: str, kind: str = "") -> str:
    """The address of ``run/ID`` or ``dataset/ID``.

    Raises:
        InvalidInput: when it is neither, or not of the kind that is asked for.
    """
    if not is_stream(stream) or "/" not in stream or not stream.startswith(kind):
        expected = f"{kind}/ID" if kind else "run/ID or dataset/ID"
        raise InvalidInput("stream", expected, ascii(stream)[:80])
    of, _, uuid = stream.partition("/")
    return f"/v1/{of}s/{uuid}"


def query_of(asked: Mapping[str, str | float | None]) -> Sequence[tuple[str, str]]:
    """The parameters that have a value."""
    return [(name, str(value)) for name, value in asked.items() if value is not None]


def segment(name: str | int) -> str:
    """One segment of a path, whatever its characters.

    Raises:
        InvalidInput: when it would mean another path.
    """
    if name in {"", ".", ".."}:
        raise InvalidInput("item", "an id that can stand in a path", shown(name), "Give its index.")
    return quote(str(name), safe="")
