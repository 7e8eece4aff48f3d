"""What questions cost, in steps of SQLite's virtual machine: not by the clock."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from application.ports import StreamKey
from application.read_model import (
    ChangeQuery,
    DatasetQuery,
    Held,
    ItemQuery,
    Registered,
    ResultPlace,
    ResultQuery,
    ResultSort,
    RunQuery,
    RunSort,
    ScoreQuery,
    StreamRows,
)
from infrastructure.read_models.read_model import SqliteReadModel
from infrastructure.read_models.tables import Tables
from infrastructure.read_models.writing import write

DATASET = StreamKey("archive-1", "dataset/00000000-0000-7000-8000-0000000000d5")
RUN = StreamKey("archive-1", "run/00000000-0000-7000-8000-00000000002a")
FEW, MANY = 2_000, 16_000
STEPS_AT_ONCE = 10


def rows_of(items: int) -> list[StreamRows]:
    """A run in which every 100th item failed, every 500th is open, every 50th scored 0.

    What is scored is annotated, too.
    """
    dataset = StreamRows(DATASET, 1, items + 1, Registered(Held.DISCLOSED, "d"))
    dataset.items = [(n + 2, n, n % 20, f"q-{n}", f"s-{n % 20}", 0) for n in range(items)]
    dataset.milestones = [(1, "dataset.registered", "", None)]
    told = Registered(Held.DISCLOSED, None, "p", "m", DATASET, items, 1, 1, 0)
    run = StreamRows(RUN, 1, 3 + 2 * items, told)
    types = ("run.registered", "run.planned", "run.started")
    run.milestones = [(number, name, "", None) for number, name in enumerate(types, 1)]
    run.plans = [(2, 1, 0, items - 1)]
    for n in (n for n in range(items) if n % 500):
        failed = n % 100 == 0
        attempt = None if failed else 1
        run.attempts.append((4 + 2 * n, n, 1, attempt, 2 if failed else 1, n % 977, 3, 5))
        if not failed:
            run.scores.append((5 + 2 * n, n, 1, 0, int(n % 50 > 0), 0))
            run.annotations.append((5 + 2 * n, n, 1))
    return [dataset, run]


def built(
    folder: Path, streams: dict[int, list[StreamRows]]
) -> Iterator[dict[int, SqliteReadModel]]:
    opened = {number: SqliteReadModel(folder / f"{number}.db") for number in streams}
    for number, read_model in opened.items():
        generation = read_model.begin()
        generation.write(0, 1, streams[number])
        read_model.publish(generation)
    yield opened
    for read_model in opened.values():
        read_model.close()


@pytest.fixture(scope="module")
def read_models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, SqliteReadModel]]:
    streams = {items: rows_of(items) for items in (FEW, MANY)}
    yield from built(tmp_path_factory.mktemp("costs"), streams)


Ask = Callable[[SqliteReadModel, int], object]


def at(**members: object) -> Ask:
    """A page of results from the middle of the run."""
    return lambda model, items: model.results(
        RUN,
        ResultQuery(after=ResultPlace(None, items // 2, 1), **members),  # type: ignore[arg-type] # of a query
    )


def by(sort: ResultSort, **members: object) -> Ask:
    """A page of results in another order."""
    return lambda model, _: model.results(
        RUN,
        ResultQuery(sort=sort, **members),  # type: ignore[arg-type] # of a query
    )


QUESTIONS: dict[str, Ask] = {
    "lists of runs": lambda model, _: model.runs(RunQuery()),
    "lists of datasets": lambda model, _: model.datasets(DatasetQuery()),
    "sections": lambda model, _: model.sections(DATASET),
    "streams by id": lambda model, _: model.find("0000"),
    "the first results": lambda model, _: model.results(RUN, ResultQuery()),
    "results": at(),
    "failed ones": at(status="failed", limit=5),
    "open ones": at(status="open", limit=1),
    "those of a section": at(section=3, limit=20),
    "scored ones": at(scorer=0, low=1),
    "those with a text": at(text="q-1", limit=5),
    "results from the last on": at(descending=True),
    "the best": by(ResultSort.SCORE, descending=True),
    "the best that failed": by(ResultSort.SCORE, status="failed", limit=5),
    "those without a score": by(ResultSort.SCORE, after=ResultPlace(None, 0, 1), limit=2),
    "the worst in a range": by(ResultSort.SCORE, scorer=0, low=0.5),
    "the worst beyond all in a range": by(
        ResultSort.SCORE, scorer=0, high=0.5, after=ResultPlace(0.5, 0, 0)
    ),
    "the slowest": by(ResultSort.LATENCY, descending=True),
    "the slowest of a section": by(ResultSort.LATENCY, section=3, limit=20),
    "the slowest beyond some": by(ResultSort.LATENCY, after=ResultPlace(500, 0, 1)),
    "the slowest of a text": by(ResultSort.LATENCY, text="q-1", limit=20),
    "the slowest of one": by(ResultSort.LATENCY, text="q-777"),
    "items": lambda model, items: model.items(DATASET, ItemQuery(after=items // 2)),
    "items with a text": lambda model, _: model.items(DATASET, ItemQuery(text="q-1", limit=20)),
    "results as they were": lambda model, items: model.results(
        RUN, ResultQuery(ResultPlace(None, items // 4, 1), version=items)
    ),
    "scores": lambda model, items: model.scores(RUN, ScoreQuery(0, after=(items // 2, 1))),
    "scores of some items": lambda model, items: model.scores(
        RUN, ScoreQuery(0, items=range(1, items, items // 100))
    ),
    "one result": lambda model, items: model.result(RUN, items // 2 + 1, 1),
    "one as it was": lambda model, items: model.result(RUN, items // 4 + 1, 1, items),
    "changes of a whole run": lambda model, items: model.changes(
        RUN, ChangeQuery(1, 3 + 2 * items)
    ),
    "changes since a while": lambda model, items: model.changes(
        RUN, ChangeQuery(2 * items - 1_000, 2 * items)
    ),
    "what was said of the run": lambda model, _: model.said(RUN),
    "the summary": lambda model, _: model.summary(RUN),
    "the summary as it was": lambda model, items: model.summary_at(RUN, items + items // 3),
}


def steps(read_model: SqliteReadModel, ask: Callable[[], object]) -> int:
    with read_model._database.reading() as connection:
        pass  # the one that is given back last is lent next
    return counted(connection, ask)


def counted(connection: sqlite3.Connection, ask: Callable[[], object]) -> int:
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += STEPS_AT_ONCE
        return 0

    connection.set_progress_handler(count, STEPS_AT_ONCE)
    try:
        ask()
    finally:
        connection.set_progress_handler(None, 0)
    return taken


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_costs_more_in_a_larger_run(
    read_models: dict[int, SqliteReadModel], name: str
) -> None:
    ask = QUESTIONS[name]
    few, many = (
        steps(model, lambda model=model, items=items: ask(model, items))  # type: ignore[misc] # bound now
        for items, model in read_models.items()
    )
    assert many <= 2 * few + 5_000, (few, many)


def test_a_score_that_comes_late_costs_no_more_in_a_larger_run(
    read_models: dict[int, SqliteReadModel],
) -> None:
    few, many = (late_score(model, items) for items, model in read_models.items())
    assert many <= 2 * few + 500, (few, many)


def late_score(read_model: SqliteReadModel, items: int) -> int:
    """The steps that it takes to revise the score of item 1."""
    generation, version = read_model.current(), read_model.version(RUN) + 1
    assert generation is not None
    rows = StreamRows(RUN, version, version)
    rows.scores, rows.revisions = [(version, 1, 1, 0, 0.25, 0)], [(version, 1, 1, 0)]
    with read_model._database.writing() as connection:
        return counted(connection, lambda: write(Tables(connection, generation.number), rows))  # type: ignore[attr-defined] # of this kind


def lists_of(count: int) -> list[StreamRows]:
    """Runs of which every 100th is of one token, in a project with as many others."""
    archive = StreamRows(StreamKey("archive-1", "archive"), 1, 1)
    streams = [*rows_of(1)[:1], archive]
    for number in range(count):
        key = StreamKey("archive-1", f"run/00000000-0000-7000-8000-{number:012x}")
        run = StreamRows(key, 1, 1, Registered(Held.DISCLOSED, None, "p", "m", DATASET, 1, 1, 1))
        run.milestones = [(1, "run.registered", "", None)]
        streams.append(run)
        if number % 100 in {0, 50}:
            archive.assignments.append((1, *key, "alpha", "t-1" if number % 100 else "t-2"))
            set_key = StreamKey("archive-1", f"dataset/00000000-0000-7000-8000-{number:012x}")
            streams.append(StreamRows(set_key, 1, 1, Registered(Held.DISCLOSED, "d")))
            streams[-1].milestones = [(1, "dataset.registered", "", None)]
            archive.assignments.append((1, *set_key, "alpha", "t-1"))
    return streams


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, SqliteReadModel]]:
    yield from built(tmp_path_factory.mktemp("lists"), {600: lists_of(600), 4800: lists_of(4800)})


SEEN: dict[str, dict[str, Any]] = {
    "all": {},
    "a project": {"project": "alpha"},
    "an owner": {"owner": "t-1"},
    "an owner in a project": {"project": "alpha", "owner": "t-1"},
}


@pytest.mark.parametrize("sort", RunSort)
@pytest.mark.parametrize("seen", SEEN)
def test_no_page_of_runs_costs_more_among_more_runs(
    lists: dict[int, SqliteReadModel], seen: str, sort: RunSort
) -> None:
    few, many = (
        steps(model, lambda model=model: model.runs(RunQuery(limit=5, sort=sort, **SEEN[seen])))  # type: ignore[misc] # bound now
        for model in lists.values()
    )
    assert many <= 2 * few + 200, (few, many)


@pytest.mark.parametrize("seen", SEEN)
def test_no_page_of_datasets_and_streams_costs_more_among_more_runs(
    lists: dict[int, SqliteReadModel], seen: str
) -> None:
    asks: list[Callable[[SqliteReadModel], object]] = [
        lambda model: model.datasets(DatasetQuery(limit=5, **SEEN[seen])),
        lambda model: model.find("0000", **SEEN[seen]),
    ]
    for ask in asks:
        few, many = (steps(model, partial(ask, model)) for model in lists.values())
        assert many <= 2 * few + 200, (few, many)


def test_the_rows_of_the_larger_run_are_as_described(
    read_models: dict[int, SqliteReadModel],
) -> None:
    run = read_models[MANY].run(RUN)
    assert (run.open, run.failed, run.planned) == (MANY // 500, MANY // 100 * 4 // 5, MANY)
