"""Which files have to be sent, that a source can be read elsewhere."""

import os
from pathlib import Path

import pytest

from application.log_source import Declared, Note
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources import files_of, open_log
from infrastructure.log_sources.helm.folder import NAMES
from tests import lm_eval_files, log_files

PLAIN = Declared(["question=q"])


def names(path: Path, declared: Declared | None = None) -> list[str]:
    return [file.name for file in files_of(path, declared).files]


@pytest.mark.parametrize("kind", log_files.SOURCES)
def test_what_is_sent_is_read_as_the_whole(tmp_path: Path, kind: str) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    path = log_files.SOURCES[kind](tmp_path / "here")
    for file in files_of(path).files:
        (tmp_path / "there" / file.name).write_bytes(file.read_bytes())
    sent = tmp_path / "there" / path.name if path.is_file() else tmp_path / "there"
    with open_log(path) as before, open_log(sent) as after:
        assert [*after.files] == [*before.files]


def test_a_file_of_one_kind_goes_alone(tmp_path: Path) -> None:
    for make in (log_files.native, log_files.inspect_eval, log_files.promptfoo):
        path = make(tmp_path)
        assert files_of(path) == ([path], ())


def test_a_file_of_no_known_kind_goes_alone(tmp_path: Path) -> None:
    (tmp_path / "a.new").write_text("of a later version")
    assert names(tmp_path / "a.new") == ["a.new"]


@pytest.mark.parametrize("named", [True, False])
def test_results_go_with_the_samples_of_their_time(tmp_path: Path, named: bool) -> None:
    folder = log_files.lm_eval(tmp_path)
    earlier = "2025-01-01T00-00-00.000000"
    lm_eval_files.write_samples(folder, "one", [lm_eval_files.chosen(0)], earlier)
    samples = [f"samples_{task}_{lm_eval_files.STAMP}.jsonl" for task in ("one", "three", "two")]
    path = folder / lm_eval_files.RESULTS if named else folder
    assert names(path) == [lm_eval_files.RESULTS, *samples]


def test_a_run_goes_with_its_five_files_and_a_note_of_the_others(tmp_path: Path) -> None:
    folder = log_files.helm(tmp_path)
    others = Note("a file that is not read: not archived", 2, ".git")
    for path in (folder, folder / "run_spec.json"):
        assert names(path) == [*NAMES]
        assert files_of(path).notes == [others]
    (folder / "run_spec.json").rename(folder / "other.json")
    assert names(folder / "other.json") == ["other.json", *NAMES[1:]]


def test_with_a_mapping_a_file_is_plain(tmp_path: Path) -> None:
    folder = log_files.helm(tmp_path)
    assert names(folder / "run_spec.json", PLAIN) == ["run_spec.json"]
    with pytest.raises(UnreadableFile, match="a folder or device"):
        files_of(folder, PLAIN)


def test_what_cannot_be_sent_is_told_of(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises(UnreadableFile):
            files_of(path)
    folder = log_files.lm_eval(tmp_path)
    with pytest.raises(InvalidInput, match="samples, which name neither model nor task"):
        files_of(next(folder.glob("samples_one*")))
