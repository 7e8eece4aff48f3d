"""From the search field over a run's results to a query. Pure; not here: where a page begins."""

from collections.abc import Sequence
from typing import Final

from application.queries import ResultQuery, ResultSort
from application.rows import SectionRow
from domain.errors import InvalidInput
from domain.evaluation.results import OUTCOMES
from domain.syntax import is_printed_index
from interface.web.search import bounds, one_of, read_search

QUALIFIERS: Final = ("status", "section", "score", "scorer")
SORTS: Final = {
    "item": "by item",
    "-item": "by item, last first",
    "score": "lowest score first",
    "-score": "highest score first",
    "-latency_ms": "slowest first",
    "latency_ms": "fastest first",
}


def result_query(
    search: str, sort: str, sections: Sequence[SectionRow], scorers: Sequence[str]
) -> ResultQuery:
    """The results that are asked for; sections and scorers go by their names or numbers.

    Raises:
        InvalidInput: naming the qualifier that is wrong, or the order.
    """
    text, values = read_search(search, QUALIFIERS)
    scorer = _number("scorer", values.get("scorer"), scorers) or 0
    query = ResultQuery(
        status=one_of("status", values.get("status"), OUTCOMES),
        section=_number("section", values.get("section"), [each.name or "" for each in sections]),
        text=text,
        sort=ResultSort(str(one_of("sort", sort, [*SORTS])).removeprefix("-")),
        sorted_by=scorer,
        descending=sort.startswith("-"),
    )
    if "score" in values:
        low, high = bounds("score", values["score"])
        query = query._replace(scorer=scorer, low=low, high=high)
    return query


def _number(qualifier: str, value: str | None, names: Sequence[str]) -> int | None:
    if value is None:
        return None
    if value in names:
        return names.index(value)
    if is_printed_index(value) and int(value) < len(names):
        return int(value)
    told = ", ".join(filter(None, names[:8])) or f"a number below {len(names)}"
    raise InvalidInput(f"{qualifier}:", f"one of {told}", ascii(value[:80]))
