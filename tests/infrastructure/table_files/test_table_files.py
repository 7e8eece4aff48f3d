"""Each form of a table, read back by what others read it with."""

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from application.result_table import Column, Kind
from domain.canonical import Json
from domain.errors import Refused
from infrastructure.table_files import FORMATS

COLUMNS = [
    Column("id", Kind.TEXT),
    Column("item", Kind.WHOLE),
    Column("answer", Kind.JSON),
    Column("score:x", Kind.NUMBER),
]
ROWS: Sequence[Mapping[str, Json]] = [
    {"id": "q-1", "item": 0, "answer": ["a", 1.5, None], "score:x": 1},
    {"id": 'two\n"lines", 💡', "item": 2**53 - 1, "answer": "plain", "score:x": -0.25},
    {"id": None, "item": 1, "answer": None, "score:x": None},
]


def written(form: str, rows: Sequence[Mapping[str, Json]] = ROWS) -> bytes:
    file = io.BytesIO()
    with FORMATS[form](file, COLUMNS) as sink:
        for row in rows:
            sink.write(row)
    return file.getvalue()


def test_json_lines_have_every_value_as_it_is() -> None:
    assert [json.loads(line) for line in written("jsonl").splitlines()] == ROWS


def test_csv_is_read_back_by_a_reader_of_csv() -> None:
    header, *rows = csv.reader(io.StringIO(written("csv").decode(), newline=""))
    assert header == ["id", "item", "answer", "score:x"]
    assert rows == [
        ["q-1", "0", '["a",1.5,null]', "1"],
        ['two\n"lines", 💡', "9007199254740991", "plain", "-0.25"],
        ["", "1", "", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_in_csv_is_a_formula(text: str) -> None:
    row: Mapping[str, Json] = {"id": text, "item": 1, "answer": text, "score:x": -1}
    *_, cells = csv.reader(io.StringIO(written("csv", [row]).decode(), newline=""))
    assert cells == [f"'{text}", "1", f"'{text}", "-1"]


def test_parquet_is_read_back_by_pyarrow() -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet", reason="pyarrow has no wheel here")
    many = [{**row, "item": number} for number in range(3000) for row in ROWS]
    table = parquet.read_table(io.BytesIO(written("parquet", many)))
    assert table.num_rows == len(many)
    first, second, third = table.slice(0, 3).to_pylist()
    assert first == {"id": "q-1", "item": 0, "answer": '["a",1.5,null]', "score:x": 1.0}
    assert (second["answer"], second["score:x"]) == ("plain", -0.25)
    assert set(third.values()) == {None, 0}


def test_without_pyarrow_parquet_is_refused_with_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Refused, match=r"the extra parquet"):
        written("parquet")
