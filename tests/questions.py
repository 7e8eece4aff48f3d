"""What a question to the read models brings back, by filtering and sorting all that there is.

Slow and simple, beside which the suites put the answers. Not here: assertions.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, TypeVar

from application.read_model import (
    ResultQuery,
    ResultRow,
    ResultSort,
    RunQuery,
    RunRow,
    RunSort,
)

Row = TypeVar("Row")


def answer_of_runs(everything: Sequence[RunRow], query: RunQuery) -> list[RunRow]:
    """The runs that a query is about, in its order, from its beginning to its end."""
    found = [row for row in everything if _passes_run(row, query)]
    return _in_order(found, lambda row: query.behind(row).after, descending=query.descending)


def answer_of_results(everything: Sequence[ResultRow], query: ResultQuery) -> list[ResultRow]:
    """The results that a query is about, in its order, from its beginning to its end."""
    found = [row for row in everything if passes(row, query)]
    return _in_order(found, lambda row: query.behind(row).after, descending=query.descending)


def passes(row: ResultRow, query: ResultQuery) -> bool:
    """Whether a result meets all that a query asks for."""
    values = [s.value for s in row.scores if s.scorer == query.scorer and s.value is not None]
    low = float("-inf") if query.low is None else query.low
    high = float("inf") if query.high is None else query.high
    return (
        query.status in {None, row.status}
        and query.section in {None, row.section}
        and (query.scorer is None or any(low <= value <= high for value in values))
        and (not query.text or query.text.lower() in (row.outside or "").lower())
    )


def _passes_run(row: RunRow, query: RunQuery) -> bool:
    texts = (row.key.stream[4:], row.dataset_name, row.provider, row.model)
    return (
        query.project in {None, row.project}
        and query.owner in {None, row.owner}
        and query.dataset in {None, row.dataset}
        and query.status in {None, row.status}
        and query.provider in {None, row.provider}
        and query.model in {None, row.model}
        and (query.low is None or (row.mean is not None and row.mean >= query.low))
        and (query.high is None or (row.mean is not None and row.mean <= query.high))
        and any(query.text.lower() in (text or "").lower() for text in texts)
    )


def _in_order(rows: list[Row], place: Callable[[Row], Any], *, descending: bool) -> list[Row]:
    """Sorted by value, then by number; those without a value last."""
    valued = [row for row in rows if place(row)[0] is not None]
    others = [row for row in rows if place(row)[0] is None]
    return [
        *sorted(valued, key=place, reverse=descending),
        *sorted(others, key=lambda row: place(row)[1:], reverse=descending),
    ]


def walked(ask: Callable[[Any], Sequence[Row]], query: Any) -> Iterator[Row]:
    """All rows that a query brings back, page by page."""
    while rows := ask(query):
        yield from rows
        query = query.behind(rows[-1])


def some_result_query(chance: Random) -> ResultQuery:
    """Any question about results as they are."""
    return ResultQuery(
        limit=chance.randint(1, 4),
        status=chance.choice([None, None, "open", "answered", "failed"]),
        section=chance.choice([None, None, 0, 1]),
        scorer=chance.choice([None, None, 0, 1]),
        low=chance.choice([None, None, -2, 0.1, 0.5]),
        high=chance.choice([None, None, 0.2, 1, 1e300]),
        text=chance.choice(["", "", "Q", "q1", "-q", "%", "0"]),
        sort=chance.choice([*ResultSort]),
        sorted_by=chance.choice([0, 0, 1]),
        descending=chance.random() < 0.5,
    )


def some_run_query(chance: Random, among: Sequence[RunRow]) -> RunQuery:
    """Any question about runs, most of them about what some run is like."""
    row = chance.choice(among)
    like = {
        "project": row.project,
        "owner": row.owner,
        "dataset": row.dataset,
        "status": row.status,
        "provider": row.provider,
        "model": row.model,
        "low": (row.mean or 0) - chance.choice([0, 0.1]),
        "high": (row.mean or 0) + chance.choice([0, 0.1]),
        "text": chance.choice([row.key.stream[6:9], (row.model or "").upper()[:3], "%"]),
    }
    told: dict[str, Any] = {name: like[name] for name in like if chance.random() < 0.25}
    return RunQuery(
        limit=chance.randint(1, 4),
        sort=chance.choice([*RunSort]),
        descending=chance.random() < 0.5,
        **told,
    )
