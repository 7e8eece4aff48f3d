"""What questions cost, in steps of SQLite's virtual machine: not by the clock."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from application.ports import StreamKey
from application.read_model import (
    DatasetQuery,
    Held,
    Registered,
    ResultPlace,
    ResultQuery,
    RunQuery,
    StreamRows,
)
from infrastructure.read_models.read_model import SqliteReadModel

DATASET = StreamKey("archive-1", "dataset/00000000-0000-7000-8000-0000000000d5")
RUN = StreamKey("archive-1", "run/00000000-0000-7000-8000-00000000002a")
FEW, MANY = 2_000, 16_000
STEPS_AT_ONCE = 10


def rows_of(items: int) -> list[StreamRows]:
    """A run in which every 100th item failed, every 500th is open, and every 50th scored 0."""
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
    return [dataset, run]


@pytest.fixture(scope="module")
def read_models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, SqliteReadModel]]:
    folder: Path = tmp_path_factory.mktemp("costs")
    opened = {items: SqliteReadModel(folder / f"{items}.db") for items in (FEW, MANY)}
    for items, read_model in opened.items():
        generation = read_model.begin()
        generation.write(0, 1, rows_of(items))
        read_model.publish(generation)
    yield opened
    for read_model in opened.values():
        read_model.close()


Ask = Callable[[SqliteReadModel, int], object]


def at(**members: object) -> Ask:
    """A page of results from the middle of the run."""
    return lambda model, items: model.results(
        RUN,
        ResultQuery(after=ResultPlace(None, items // 2, 1), **members),  # type: ignore[arg-type] # of a query
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
    "results as they were": lambda model, items: model.results(
        RUN, ResultQuery(ResultPlace(None, items // 4, 1), version=items)
    ),
    "one result": lambda model, items: model.result(RUN, items // 2 + 1, 1),
    "one as it was": lambda model, items: model.result(RUN, items // 4 + 1, 1, items),
    "the summary": lambda model, _: model.summary(RUN),
    "the summary as it was": lambda model, items: model.summary_at(RUN, items + items // 3),
}


def steps(read_model: SqliteReadModel, ask: Callable[[], object]) -> int:
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += STEPS_AT_ONCE
        return 0

    connection = read_model._database._reader()
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


def test_the_rows_of_the_larger_run_are_as_described(
    read_models: dict[int, SqliteReadModel],
) -> None:
    run = read_models[MANY].run(RUN)
    assert (run.open, run.failed, run.planned) == (MANY // 500, MANY // 100 * 4 // 5, MANY)
