"""Pages of a table: the search field with what is wrong in it, the order, the link to more.

Not here: how a search is read (``search``), and who asks for the rows.
"""

from collections.abc import Callable, Sequence
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request

from domain.errors import InvalidInput
from interface.api.paging import cursor_of, values_of

Query = TypeVar("Query")


class Listing(NamedTuple):
    """What a table's page shows around its rows; ``problem`` is what is wrong with the search."""

    search: str
    sort: str
    sorts: dict[str, str]
    problem: str
    is_first: bool
    first: str
    more: str | None


class Wanted(NamedTuple):
    """What an address asks of a table: a search, an order, and where the page goes on."""

    path: str
    search: str
    sort: str
    cursor: str


async def _wanted(request: Request, q: str = "", sort: str = "", cursor: str = "") -> Wanted:
    return Wanted(request.url.path, q, sort, cursor)


Asked = Annotated[Wanted, Depends(_wanted)]


class Table:
    """One request for a page of a table."""

    def __init__(self, asked: Wanted, sorts: dict[str, str]) -> None:
        self._path, self._sorts, self._cursor = asked.path, sorts, asked.cursor
        self.search: Final = asked.search
        self.sort: Final[str] = asked.sort or next(iter(sorts))
        self.problem = ""

    def query(self, read: Callable[[str, str], Query]) -> Query | None:
        """What the search and the order say; None, and a problem to tell, where they are wrong."""
        try:
            return read(self.search, self.sort)
        except InvalidInput as problem:
            self.problem = f"{problem.place} expected {problem.expected}, found {problem.found}. "
            self.problem += problem.remedy
            return None

    def after(self, *kinds: type | UnionType) -> tuple[Any, ...] | None:
        """The place from which the page goes on.

        Raises:
            InvalidInput: when the cursor is of another table.
        """
        return values_of(self._cursor, self._mark(), *kinds) if self._cursor else None

    def listing(self, more: Sequence[Any] | None) -> Listing:
        """What stands around the rows; ``more`` is the place of the last row, if others follow."""
        link = None if more is None else self._link(cursor=cursor_of(self._mark(), *more))
        shown = self.search, self.sort, self._sorts, self.problem
        return Listing(*shown, not self._cursor, self._link(), link)

    def _mark(self) -> str:
        return f"{self._path} {self.search!r} {self.sort}"

    def _link(self, **more: str) -> str:
        asked = {"q": self.search, "sort": self.sort, **more}
        return f"{self._path}?{urlencode({k: v for k, v in asked.items() if v})}"
