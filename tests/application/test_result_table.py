"""The results of a run as rows, for other tools."""

from collections.abc import Mapping
from typing import Any

from application.result_table import COLUMNS, ResultTable
from domain.canonical import Json
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    RUN,
    Members,
    answered,
    begin_run,
    key,
    record,
    record_dataset,
)


def rows(archive: Archive, *withhold: str, stream: str = RUN) -> list[Mapping[str, Json]]:
    with archive.replayer(key(archive, stream), withhold) as replayer:
        return list(ResultTable(replayer.reading()).rows())


def test_a_row_says_all_of_a_result(archive: Archive) -> None:
    begin_run(archive)
    failed: Members = {"type": "item.failed", "item": 1, "error": {"message": "no"}}
    record(archive, RUN, answered(0, tokens_in=7), failed)
    answer, failure = rows(archive)
    assert answer == {
        "id": "q-0",
        "item": 0,
        "epoch": 1,
        "section": "section 0",
        "type": "mcq_single",
        "inputs": {"text": "What is the capital of country 0?"},
        "choices": ["Paris", "Rome", "Oslo"],
        "answer": "Paris",
        "status": "answered",
        "attempts": 1,
        "request": {"messages": [{"role": "user", "content": "The capital of 0?"}]},
        "response": "The answer is A.",
        "error": None,
        "latency_ms": 100,
        "tokens_in": 7,
        "tokens_out": None,
        "score:choice": 1,
    }
    told: dict[str, Any] = {name: failure[name] for name in ("id", "status", "error", "response")}
    assert told == {"id": "q-1", "status": "failed", "error": {"message": "no"}, "response": None}


def test_what_is_withheld_or_erased_is_nothing(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0), answered(1))
    erased: Members = {"type": "part.erased", "target": 4, "kind": "response"}
    record(archive, RUN, erased)
    first, second = rows(archive, "question", "score")
    assert (first["response"], second["response"]) == (None, "The answer is B.")
    for row in (first, second):
        assert row["inputs"] is row["choices"] is row["request"] is None
        assert row["score:choice"] is None
        assert row["answer"] in {"Paris", "Rome"}


def test_scorers_of_one_name_have_columns_of_their_own(archive: Archive) -> None:
    begin_run(archive, 3, CHOICE, CHOICE, {**CHOICE, "name": "other"})
    record(archive, RUN, answered(0))
    with archive.replayer(key(archive)) as replayer:
        table = ResultTable(replayer.reading())
        names = [column.name for column in table.columns]
    assert names == [*(c.name for c in COLUMNS), "score:choice#0", "score:choice#1", "score:other"]
    assert set(rows(archive)[0]) == set(names)
    assert "score:0" in rows(archive, "config")[0]


def test_a_dataset_alone_has_no_results(archive: Archive) -> None:
    record_dataset(archive)
    assert rows(archive, stream="dataset/00000000-0000-7000-8000-0000000000d5") == []
