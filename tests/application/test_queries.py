import pytest

from application.ports import StreamKey
from application.queries import (
    DatasetQuery,
    ItemQuery,
    ResultPlace,
    ResultQuery,
    ResultSort,
    RunPlace,
    RunQuery,
    RunSort,
)
from application.rows import DatasetRow, Held, ItemRow, ResultRow, RunRow, ScoreRow

DATASET = StreamKey("archive-1", "dataset/00000000-0000-7000-8000-000000000001")
RUN = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000002")
HELD = Held.DISCLOSED
RUN_ROW = RunRow(
    7, RUN, False, 9, DATASET, "d", "p", "m", HELD, 2, 1, 1, 0, None, "main", "", "completed",
    2, 0, 1, 1, 3, 0.5, None, "", None, None, None, None, 0, None,
)  # fmt: skip
SCORES = [ScoreRow(0, 0.25, HELD, 5, None), ScoreRow(2, None, Held.ERASED, 6, None)]
RESULT_ROW = ResultRow(3, 2, 0, "q", HELD, 4, True, 1, "answered", 8, 250, None, None, SCORES)


@pytest.mark.parametrize(
    ("sort", "value"), [(RunSort.REGISTERED, None), (RunSort.SCORE, 0.5), (RunSort.FAILED, 1)]
)
def test_a_run_stands_where_its_value_and_number_say(sort: RunSort, value: float | None) -> None:
    query = RunQuery(sort=sort, model="m")
    assert query.behind(RUN_ROW) == query._replace(after=RunPlace(value, 7))


@pytest.mark.parametrize(
    ("sort", "scorer", "value"),
    [
        (ResultSort.ITEM, 0, None),
        (ResultSort.LATENCY, 0, 250),
        (ResultSort.SCORE, 0, 0.25),
        (ResultSort.SCORE, 1, None),
        (ResultSort.SCORE, 2, None),
    ],
)
def test_a_result_stands_where_its_value_item_and_epoch_say(
    sort: ResultSort, scorer: int, value: float | None
) -> None:
    query = ResultQuery(sort=sort, sorted_by=scorer, text="q")
    assert query.behind(RESULT_ROW) == query._replace(after=ResultPlace(value, 3, 2))


def test_datasets_go_on_by_number_and_items_by_index() -> None:
    dataset = DatasetRow(5, DATASET, False, 4, "d", HELD, 2, 1, "", None, None, "main", "")
    item = ItemRow(6, 0, "", "q", HELD, 8)
    assert DatasetQuery(project="main").behind(dataset) == DatasetQuery(5, project="main")
    assert ItemQuery(text="q").behind(item) == ItemQuery(6, text="q")
