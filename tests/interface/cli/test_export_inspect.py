"""``eval752 export --as inspect``: a run as a log of Inspect AI."""

from pathlib import Path
from typing import Any

import pytest

from tests.eval_files import member, samples
from tests.interface.cli.running import contents, eval752


def test_a_log_has_a_sample_for_each_result(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "run.eval"
    said = eval752("export", "capitals", "--as", "inspect", "-o", target, "--data", data)
    assert said.code == 0
    assert "2 results" in said.out
    assert "It is no evidence." in said.out
    told = samples(target)
    assert {at: each["output"]["completion"] for at, each in told.items()} == {
        ("q-1", 1): "Paris", ("q-2", 1): "Cusco"
    }  # fmt: skip
    assert told["q-2", 1]["error_retries"][0]["message"] == "timeout"


def test_its_name_is_made_of_those_of_dataset_and_run(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = eval752("export", "capitals", "--as", "inspect", "--json", "--data", data)
    [path] = tmp_path.glob("*.eval")
    assert said.document["file"] == path.name
    assert path.name.startswith("capitals-")


def test_that_content_leaves_is_recorded(data: Path, tmp_path: Path) -> None:
    before = contents(data)["archive"]
    eval752("export", "capitals", "--as", "inspect", "-o", tmp_path / "a.eval", "--data", data)
    assert contents(data)["archive"] == before + 1


def test_what_is_withheld_is_not_in_it(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.eval"
    eval752(
        *("export", "capitals", "--as", "inspect", "-o", target, "--data", data),
        *("--withhold", "question", "--compress"),
    )
    told = samples(target)["q-1", 1]
    assert told["input"].startswith("[withheld: sha256 ")
    assert told["messages"][0]["content"].startswith("[withheld: sha256 ")
    about: Any = member(target, "header.json")["metadata"]["eval752"]
    assert about["withheld_kinds"] == ["question", "request"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "run.json"], "ends in .eval"),
        (["-o", "taken.eval"], "a new name"),
        (["--withhold", "secrets"], "some of annotation"),
    ],
)
def test_what_cannot_be_written_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.eval").write_text("mine")
    said = eval752("export", "capitals", "--as", "inspect", *arguments, "--data", data)
    assert (said.code, told in said.err) == (2, True)
    assert [path.name for path in tmp_path.glob("*.*")] == ["taken.eval"]
    assert (tmp_path / "taken.eval").read_text() == "mine"


def test_nothing_is_recorded_of_what_was_asked_for_in_vain(data: Path, tmp_path: Path) -> None:
    before = contents(data)["archive"]
    target = tmp_path / "run.json"
    eval752("export", "capitals", "--as", "inspect", "-o", target, "--data", data)
    assert contents(data)["archive"] == before


def test_a_dataset_alone_is_no_log(data: Path, tmp_path: Path) -> None:
    (row,) = eval752("datasets", "--json", "--data", data).document
    target = tmp_path / "x.eval"
    said = eval752("export", row["key"]["stream"], "--as", "inspect", "-o", target, "--data", data)
    assert (said.code, target.exists()) == (2, False)
