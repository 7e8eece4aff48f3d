"""``eval752 export --as``: tables for other tools."""

import csv
import json
from pathlib import Path

import pytest

from tests.interface.cli.running import contents, eval752


def test_a_table_in_csv_has_a_row_for_each_result(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "run.csv"
    said = eval752("export", "capitals", "--as", "csv", "-o", target, "--data", data)
    assert said.code == 0
    assert "It is no evidence." in said.out
    with target.open(newline="") as file:
        rows = [*csv.DictReader(file)]
    (run,) = eval752("runs", "--json", "--data", data).document
    assert len(rows) == run["open"] + run["answered"] + run["failed"]
    assert {row["status"] for row in rows} <= {"answered", "failed", "open"}


def test_that_content_leaves_as_a_table_is_recorded(data: Path, tmp_path: Path) -> None:
    before = contents(data)["archive"]
    target = tmp_path / "run.jsonl"
    said = eval752("export", "capitals", "--as", "jsonl", "-o", target, "--data", data, "--json")
    assert said.document["results"] == len(target.read_text().splitlines())
    assert contents(data)["archive"] == before + 1


def test_what_is_withheld_is_in_no_table(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "run.jsonl"
    eval752(
        *("export", "capitals", "--as", "jsonl", "-o", target, "--data", data),
        *("--withhold", "question", "--withhold", "response"),
    )
    for line in target.read_text().splitlines():
        row = json.loads(line)
        assert row["inputs"] is row["request"] is row["response"] is None
        assert row["id"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--as", "xlsx"], "csv, jsonl, parquet"), (["--as", "csv", "-o", "taken"], "a new name")],
)
def test_what_cannot_be_written_is_refused(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("mine")
    said = eval752("export", "capitals", *arguments, "--data", data)
    assert (said.code, told in said.err) == (2, True)
    assert (tmp_path / "taken").read_text() == "mine"
    assert not [*tmp_path.glob("*.csv")]


def test_a_dataset_alone_is_no_table(data: Path, tmp_path: Path) -> None:
    (row,) = eval752("datasets", "--json", "--data", data).document
    target = tmp_path / "x.csv"
    said = eval752("export", row["key"]["stream"], "--as", "csv", "-o", target, "--data", data)
    assert (said.code, target.exists()) == (2, False)
