"""Lists: from one page to the next. Not here: the rows (``operations``)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from interface.client.answers import page_of
from interface.client.errors import BadAnswer
from interface.client.exchange import Flow, Listing, Request
from interface.client.retrying import Retries, persistent

T = TypeVar("T")
MOST_ROWS = 1000
"""What a service gives at once."""


class Rows(NamedTuple):
    """What one page brought, and the request of the next; None at the end."""

    rows: Sequence[object]
    next: Request | None


def first_page(listing: Listing[T]) -> Request:
    """The request of a list's first page."""
    request = listing.request
    return replace(request, query=[*request.query, ("limit", str(MOST_ROWS))])


def page(request: Request, retries: Retries) -> Flow[Rows]:
    """The rows of one page.

    Raises:
        BadAnswer: when the next page would be the same again.
    """
    answer = yield from persistent(request, retries)
    told = page_of(answer)
    if told.next is None:
        return Rows(told.items, None)
    query = [pair for pair in request.query if pair[0] != "cursor"]
    following = replace(request, query=[*query, ("cursor", told.next)])
    if following == request:
        raise BadAnswer(request.path, "a cursor that leads on", "that of this page")
    return Rows(told.items, following)
