"""To which stream the actions of a spool go, and as which request they are sent.

They go to the spool's own stream, but for those that name another one: the dataset of a run may
wait in front of it. ``dataset.registered`` and ``run.registered`` begin a stream, each by a request
of its own. Pure; not here: when they are sent (``sending``).
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple, cast

from application.actions import Receipt
from domain.canonical import decode
from interface.client.exchange import Operation
from interface.client.operations import append_lines, begin_stream

_MARKS: Final = (b'"stream":"', b'.registered"')
"""What stands in a line that goes elsewhere, or begins a stream; and rarely in another one."""


class Address(NamedTuple):
    """The stream of an action, and whether it begins with it."""

    stream: str
    begins: bool = False


def address_of(line: bytes, own: str) -> Address:
    """Where the action of a spool whose own stream is this one goes."""
    if not any(mark in line for mark in _MARKS):
        return Address(own)
    told = cast("dict[str, Any]", decode(line))
    return Address(told.get("stream", own), str(told["type"]).endswith(".registered"))


def together(lines: Sequence[bytes], own: str) -> int:
    """How many of these lines, from the first on, are one request."""
    first = address_of(lines[0], own)
    if first.begins:
        return 1
    return sum(1 for _ in takewhile(lambda line: address_of(line, own) == first, lines))


def request_of(lines: Sequence[bytes], own: str) -> Operation[Receipt]:
    """The request that brings lines which go together."""
    stream, begins = address_of(lines[0], own)
    if not begins:
        return append_lines(stream, lines)
    told = cast("dict[str, Any]", decode(lines[0]))
    about = {name: value for name, value in told.items() if name not in {"id", "stream", "type"}}
    return begin_stream(stream, about)
