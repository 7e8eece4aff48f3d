"""From the search field over runs to a query. Pure; not here: who asks, and where a page begins."""

from typing import Final

from application.queries import RunQuery, RunSort
from interface.web.search import bounds, one_of, read_search

STATES: Final = ("pending", "running", "completed", "failed", "canceled")
QUALIFIERS: Final = ("model", "provider", "status", "score")
SORTS: Final = {
    "-registered": "newest first",
    "registered": "oldest first",
    "-score": "highest score first",
    "score": "lowest score first",
    "-failed": "most failures first",
}


def run_query(search: str, sort: str) -> RunQuery:
    """The runs that are asked for.

    Raises:
        InvalidInput: naming the qualifier that is wrong, or the order.
    """
    text, values = read_search(search, QUALIFIERS)
    query = RunQuery(
        status=one_of("status", values.get("status"), STATES),
        provider=values.get("provider"),
        model=values.get("model"),
        text=text,
        sort=RunSort(str(one_of("sort", sort, [*SORTS])).removeprefix("-")),
        descending=sort.startswith("-"),
    )
    if "score" in values:
        low, high = bounds("score", values["score"])
        query = query._replace(low=low, high=high)
    return query
