"""Refuses query parameters that a route does not have: what is misspelt would be left out unseen.

A filter that is left out gives all rows, which a reader takes for those that were asked for. Not
here: whether a value is right, which FastAPI finds by the route's own declarations. Only probes may
ask whatever they like.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from domain.errors import InvalidInput

_PROBED: Final = frozenset({"/healthz", "/readyz"})
"""Routes of probes, which add what they like against caches on the way: a 400 would have a sound
service restarted, and there is nothing to ask that could be left out unseen."""

_MOST: Final = 80
"""Characters of a name that are told again."""


async def known_parameters(request: Request) -> None:
    """Check that the route has every query parameter of a request; a dependency of the whole app.

    Raises:
        InvalidInput: naming the first one that it has not, and those that it has.
    """
    route = request.scope["route"]
    if not request.scope["query_string"] or route.path in _PROBED:
        return
    names = parameters_of(route)
    for name in request.query_params:
        if name not in names:
            raise _unknown(name, names)


def parameters_of(route: APIRoute) -> Sequence[str]:
    """The names of a route's query parameters, in order."""
    return sorted(_names(route.dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield field.alias
    for inner in dependant.dependencies:
        yield from _names(inner)


def _unknown(name: str, names: Sequence[str]) -> InvalidInput:
    shown = ascii(name[:_MOST])[1:-1]
    expected = f"one of {', '.join(names)}" if names else "no query parameter"
    near = get_close_matches(name[:_MOST], names, 1)
    remedy = f"Did you mean {near[0]}?" if near else ""
    return InvalidInput(f"query parameter {shown}", expected, "one that is not known", remedy)
