from pathlib import Path

import pytest

from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.lm_eval.files import find_results, other_samples, samples_of
from tests.lm_eval_files import RESULTS, STAMP, evaluation, generated, write_samples


@pytest.fixture(name="results")
def results_with_samples(tmp_path: Path) -> Path:
    return evaluation(tmp_path / "run", {"sums": [generated(1)]})


def test_results_are_told_by_the_bytes(results: Path) -> None:
    other = results.rename(results.with_name("notes.txt"))
    assert find_results(other) == other
    assert find_results(other.parent) == other


def test_what_is_no_results_file_is_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / RESULTS).write_text('{"results": {}, "config": {}}')
    assert find_results(tmp_path / RESULTS) is None
    assert find_results(tmp_path) is None
    assert find_results(tmp_path / "none") is None


def test_a_folder_with_several_results_is_refused_with_their_names(results: Path) -> None:
    for number in range(4):
        results.with_name(f"r{number}.json").write_bytes(results.read_bytes())
    with pytest.raises(InvalidInput) as caught:
        find_results(results.parent)
    assert "r0.json, r1.json, r2.json and 2 more. Archive each by its name" in str(caught.value)


def test_samples_alone_are_refused_with_the_way_on(results: Path) -> None:
    (samples,) = results.parent.glob("*.jsonl")
    with pytest.raises(InvalidInput, match="Archive the results file beside it"):
        find_results(samples)


def test_samples_are_those_of_the_same_time(results: Path) -> None:
    write_samples(results.parent, "sums", [generated(2)], "2026-07-08T17-38-51.316967")
    assert samples_of(results, ["sums"])["sums"].name == f"samples_sums_{STAMP}.jsonl"


def test_results_under_a_name_without_a_time_have_samples_without_one(results: Path) -> None:
    renamed = results.rename(results.with_name("results.json"))
    with pytest.raises(UnreadableFile, match=r"no samples_sums.jsonl"):
        samples_of(renamed, ["sums"])
    (samples,) = renamed.parent.glob("*.jsonl")
    samples.rename(samples.with_name("samples_sums.jsonl"))
    assert samples_of(renamed, ["sums"])["sums"].name == "samples_sums.jsonl"


def test_missing_samples_are_refused_with_their_names(results: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        samples_of(results, ["sums", "a", "b", "c", "d"])
    told = str(caught.value)
    assert told.startswith(f"{RESULTS}: expected the samples of its tasks beside it")
    assert f"no samples_a_{STAMP}.jsonl, " in told
    assert "and 1 more. Evaluate with --log_samples" in told


def test_a_tasks_name_is_no_path_to_be_followed(results: Path, tmp_path: Path) -> None:
    write_samples(tmp_path, "secret", [generated(1)])
    (results.parent / "samples_").mkdir()
    with pytest.raises(UnreadableFile):
        samples_of(results, ["/../../secret"])


def test_samples_of_other_tasks_of_the_same_time_are_told(results: Path) -> None:
    write_samples(results.parent, "more", [generated(2)])
    write_samples(results.parent, "later", [generated(2)], "2026-07-08T17-38-51.316967")
    assert other_samples(results, ["sums"]) == [f"samples_more_{STAMP}.jsonl"]
