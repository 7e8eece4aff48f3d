"""Pages of lists: what ``limit`` and ``cursor`` ask for, and where the next page is.

Not here: the form of cursors (``paging``).
"""

from collections.abc import Callable, Sequence
from types import UnionType
from typing import Annotated, Any, Final

from fastapi import Query, Request
from starlette.responses import Response

from domain.errors import InvalidInput
from interface.api.answers import answer
from interface.api.paging import cursor_of, next_link, values_of

Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=2000)]
NUMBER: Final = float | int | None
"""What a list is sorted by; None for what has no value."""

_NOT_ASKED: Final = frozenset({"cursor", "limit"})
"""Parameters that may differ from page to page."""


def place_of(request: Request, cursor: str | None, *kinds: type | UnionType) -> tuple[Any, ...]:
    """The place that a cursor of this list names; nothing without one.

    Raises:
        InvalidInput: when it is no cursor of this list.
    """
    return () if cursor is None else values_of(cursor, _question(request), *kinds)


def page_answer(
    request: Request, rows: Sequence[Any], limit: int, place: Callable[[Any], Sequence[Any]]
) -> Response:
    """A page of at most ``limit`` rows, of which one more was asked for than is shown."""
    shown = rows[:limit]
    return rows_answer(request, shown, place(shown[-1]) if len(rows) > limit else None)


def rows_answer(request: Request, rows: Sequence[Any], place: Sequence[Any] | None) -> Response:
    """A page of these rows, and the place from which the list goes on, if it does."""
    if place is None:
        return answer({"items": rows, "next": None})
    cursor = cursor_of(_question(request), *place)
    headers = {"Link": next_link(request.scope, cursor)}
    return answer({"items": rows, "next": cursor}, 200, headers)


def growing_answer(
    request: Request, rows: Sequence[Any], limit: int, cursor: str | None
) -> Response:
    """A page of a list that is at hand as a whole, and to whose end alone rows are added."""
    (begin,) = place_of(request, cursor, int) or (0,)
    if begin < 0:
        raise InvalidInput("query parameter cursor", "a cursor of this list", "another")
    end = begin + limit
    return rows_answer(request, rows[begin:end], [end] if len(rows) > end else None)


def _question(request: Request) -> str:
    """What is asked, without which page of it."""
    asked = sorted(item for item in request.query_params.multi_items() if item[0] not in _NOT_ASKED)
    return f"{request.url.path} {asked}"
