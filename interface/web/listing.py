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


Pairs = Sequence[tuple[str, str]]


class Listing(NamedTuple):
    """What a table's page shows around its rows; ``problem`` is what is wrong with the search."""

    search: str
    sort: str
    sorts: dict[str, str]
    problem: str
    is_first: bool
    first: str
    more: str | None
    cursor: str
    """What ``more`` goes on from; "" where nothing follows."""
    cleared: str
    """The whole table."""


class TableQuery(NamedTuple):
    """What an address asks of a table: a search, an order, and where the page goes on."""

    path: str
    search: str
    sort: str
    cursor: str


async def _table_query(
    request: Request, q: str = "", sort: str = "", cursor: str = ""
) -> TableQuery:
    return TableQuery(request.url.path, q, sort, cursor)


Asked = Annotated[TableQuery, Depends(_table_query)]


class Table:
    """One request for a page of a table."""

    def __init__(self, asked: TableQuery, sorts: dict[str, str], kept: Pairs = ()) -> None:
        """Take a request up; ``kept`` are parameters that every link goes on with."""
        self._kept = kept
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

    def begin_anew(self) -> None:
        """Forget where the page goes on: the search has become another one since."""
        self._cursor = ""

    def listing(self, more: Sequence[Any] | None) -> Listing:
        """What stands around the rows; ``more`` is the place of the last row, if others follow."""
        cursor = cursor_of(self._mark(), *more) if more is not None else ""
        asked = {"q": self.search, "sort": self.sort}
        return Listing(
            *(self.search, self.sort, self._sorts, self.problem, not self._cursor),
            first=self._link(asked),
            more=self._link(asked | {"cursor": cursor}) if cursor else None,
            cursor=cursor,
            cleared=self._link({}),
        )

    def _mark(self) -> str:
        return f"{self._path} {self.search!r} {self.sort}"

    def _link(self, asked: dict[str, str]) -> str:
        query = urlencode([*((k, v) for k, v in asked.items() if v), *self._kept])
        return f"{self._path}?{query}"
