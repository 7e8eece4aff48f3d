"""Runs that were recorded, as logs of Inspect: what each event becomes."""

from pathlib import Path
from typing import Any

import pytest

from application.whole_run import WholeRun
from domain.errors import Refused
from infrastructure.log_files.inspect_logs.about import KEY
from interface.bootstrap.archive import Archive
from tests import archives as made
from tests.application.conftest import Archives
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    RUN,
    SEALED,
    Members,
    answered,
    begin_run,
    key,
    record,
)
from tests.eval_files import Record, archived, exported, faults, has_schema, member, samples

JUDGE: Members = {"name": "judge", "method": "judge", "parameters": {"model": "j-1"}}


def header(path: Path) -> Any:
    return member(path, "header.json")


def ours(told: Any) -> Record:
    found: Record = told["metadata"][KEY]
    return found


def failed(item: int, error: Any = "boom", **more: Any) -> Members:
    return {"type": "item.attempt_failed", "item": item, "error": error, **more}


def test_an_answer_is_a_sample(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0, tokens_in=7, tokens_out=3))
    told = samples(exported(archive, tmp_path / "a.eval"))["q-0", 1]
    usage = {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    said = {
        "role": "assistant", "content": "The answer is A.", "source": "generate", "model": "p/m-1"
    }  # fmt: skip
    assert told["input"] == "What is the capital of country 0?"
    assert (told["choices"], told["target"]) == (["Paris", "Rome", "Oslo"], "Paris")
    assert told["messages"] == [{"role": "user", "content": "The capital of 0?"}, said]
    assert told["output"] == {
        "model": "p/m-1", "completion": "The answer is A.", "time": 0.1, "usage": usage,
        "choices": [{"message": said, "stop_reason": "unknown"}],
    }  # fmt: skip
    assert told["model_usage"] == {"p/m-1": usage}
    assert told["scores"]["choice"]["value"] == 1
    assert told["metadata"]["meta"] == {"section": "section 0"}
    assert ours(told) == {"item": 0}
    assert "error" not in told


def test_failed_attempts_are_retries_and_a_failure_is_the_error(
    archive: Archive, tmp_path: Path
) -> None:
    begin_run(archive)
    trace: Any = {"message": "late", "traceback": "File x"}
    record(archive, RUN, failed(0, "first"), failed(0, trace), answered(0))
    record(archive, RUN, failed(1, "one"), failed(1, trace, response={"text": "half"}))
    record(archive, RUN, {"type": "item.failed", "item": 1, "error": trace})
    told = samples(exported(archive, tmp_path / "a.eval"))
    retries = [(each["message"], each["traceback"]) for each in told["q-0", 1]["error_retries"]]
    assert retries == [("first", ""), ("late", "File x")]
    assert told["q-1", 1]["error"]["message"] == "late"
    assert [each["message"] for each in told["q-1", 1]["error_retries"]] == ["one"]
    assert told["q-1", 1]["output"]["completion"] == "half"
    assert "errors" not in ours(told["q-1", 1])


def test_errors_that_say_more_than_inspect_can_stay_whole(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    error = {"message": "no", "status": 500}
    record(archive, RUN, failed(0, error), {"type": "item.failed", "item": 0, "error": "given up"})
    record(archive, RUN, {"type": "item.failed", "item": 1, "error": {"code": 7}})
    told = samples(exported(archive, tmp_path / "a.eval"))
    assert told["q-0", 1]["error"]["message"] == "given up"
    assert ours(told["q-0", 1])["errors"] == [error, "given up"]
    assert told["q-1", 1]["error"]["message"] == '{"code":7}'


def test_a_result_that_is_still_open_says_so(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    record(archive, RUN, failed(0, "one"), failed(0, "two"))
    path = exported(archive, tmp_path / "a.eval")
    [told] = samples(path).values()
    assert (told["error"]["message"], ours(told)["status"]) == ("two", "open")
    assert header(path)["status"] == "started"
    assert header(path)["results"]["total_samples"] == 3
    assert header(path)["eval"]["dataset"]["sample_ids"] == ["q-0", "q-1", "q-2"]


def test_revised_scores_are_history_with_who_and_when(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive, 3, CHOICE, JUDGE)
    score: Members = {"type": "item.scored", "item": 0, "scorer": "judge", "rationale": "so"}
    record(archive, RUN, answered(0), {**score, "score": {"value": 0.25, "weight": 2}}, COMPLETED)
    revised: Members = {"type": "score.revised", "item": 0, "scorer": "judge"}
    when = "2026-11-24T00:00:00.000000Z"
    record(archive, RUN, {**revised, "score": {"value": 1, "extracted": [2]}, "occurred": when})
    path = exported(archive, tmp_path / "a.eval")
    judged = samples(path)["q-0", 1]["scores"]["judge"]
    assert (judged["value"], judged["answer"]) == (1, "[2]")
    first, second = judged["history"]
    assert first == {
        "value": 0.25, "answer": None, "explanation": "so", "metadata": {"weight": 2},
        "provenance": None,
    }  # fmt: skip
    assert second["provenance"] == {"author": "claimed:local", "timestamp": when, "metadata": {}}
    assert (second["value"], second["explanation"], second["reason"]) == (1, None, "UNCHANGED")
    means = [each["metrics"]["mean"]["value"] for each in header(path)["results"]["scores"]]
    assert means == [1, 1]


def test_results_say_what_they_are(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0), answered(1, "The answer is C."), COMPLETED)
    told = header(exported(archive, tmp_path / "a.eval"))
    mean = {"name": "mean", "value": 0.5, "params": {}}
    assert told["results"] == {
        "total_samples": 3, "completed_samples": 2,
        "scores": [{
            "name": "choice", "scorer": "choice", "scored_samples": 2, "params": {},
            "metrics": {"mean": mean},
        }],
    }  # fmt: skip
    assert told["status"] == "success"
    assert told["stats"]["started_at"] < told["stats"]["completed_at"]


def test_a_run_that_failed_says_why(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    record(archive, RUN, {"type": "run.failed", "error": "no quota"})
    told = header(exported(archive, tmp_path / "a.eval"))
    assert (told["status"], told["error"]["message"]) == ("error", "no quota")


def test_the_header_says_of_which_run_it_is_and_that_it_proves_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    begin_run(archive)
    note: Members = {"type": "run.annotated", "annotation": {"text": "seen"}}
    over: Members = {"type": "run.superseded", "by": "00000000-0000-7000-8000-00000000002b"}
    record(archive, RUN, answered(0), COMPLETED, note, {**note, "item": 0}, over, SEALED)
    path = exported(archive, tmp_path / "a.eval", RUN, "answer")
    told, start = header(path), member(path, "_journal/start.json")
    about = told["eval"]["metadata"][KEY]
    assert about == ours(told) == start["eval"]["metadata"][KEY]
    assert "no evidence" in about["about"]
    stored = archive.store.version(key(archive))
    assert (about["run"]["stream"], about["run"]["version"]) == (RUN, stored)
    assert about["dataset"]["stream"] == DATASET
    *_, seal = made.stored(archive)
    assert about["run"]["root"] != seal.event.facts["root"]
    assert about["withheld_kinds"] == ["answer"]
    assert about["annotations"] == [{"text": "seen"}]
    assert about["superseded_by"] == "run/00000000-0000-7000-8000-00000000002b"
    assert about["config"]["model"] == "m-1"
    assert ours(samples(path)["q-0", 1])["annotations"] == [{"text": "seen"}]


def test_times_of_a_recorded_run_are_those_of_its_events(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    when = "2026-11-20T00:00:00.000000Z"
    record(archive, RUN, answered(0), answered(1, occurred=when))
    told = samples(exported(archive, tmp_path / "a.eval"))
    assert told["q-0", 1]["completed_at"].startswith("2026-11-23T09:")
    assert told["q-1", 1]["completed_at"] == when


def test_the_same_run_gives_the_same_bytes_after_an_import_too(
    archive: Archive, theirs: Archive, archives: Archives, tmp_path: Path
) -> None:
    first = exported(theirs, tmp_path / "a.eval").read_bytes()
    assert exported(theirs, tmp_path / "b.eval").read_bytes() == first
    made.export(theirs, tmp_path / "a.zip", withhold=["original"])
    made.take(archive, tmp_path / "a.zip")
    mirror = exported(archive, tmp_path / "c.eval", key(theirs))
    assert mirror.read_bytes() == first


def test_deflated_it_holds_the_same(theirs: Archive, tmp_path: Path) -> None:
    stored = exported(theirs, tmp_path / "a.eval")
    deflated = exported(theirs, tmp_path / "b.eval", deflated=True)
    assert samples(stored) == samples(deflated)
    assert header(stored) == header(deflated)
    assert deflated.stat().st_size < stored.stat().st_size


def test_a_log_of_everything_that_can_happen_is_as_the_schema_has_it(
    theirs: Archive, tmp_path: Path
) -> None:
    if not has_schema():
        pytest.skip("Inspect AI, which has the schema, is not installed")
    assert faults(exported(theirs, tmp_path / "a.eval")) == []


def test_a_log_of_it_is_archived_with_as_many_of_each(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    report = archived(archive, exported(theirs, tmp_path / "a.eval"))
    assert {count.kind: (count.found, count.archived) for count in report.counts} == {
        "items": (3, 3), "results": (6, 6), "failed attempts": (2, 2), "scores": (4, 4),
        "score edits": (1, 1),
    }  # fmt: skip
    assert report.findings == []
    again = exported(archive, tmp_path / "b.eval", report.runs[0])
    assert samples(again).keys() == samples(tmp_path / "a.eval").keys()


def test_a_dataset_is_no_log(theirs: Archive) -> None:
    with (
        theirs.replayer(key(theirs, DATASET)) as replayer,
        pytest.raises(Refused, match="a run"),
    ):
        WholeRun(replayer)


@pytest.mark.parametrize("outside", ["a/b c", "../x", "", "ü\0💡", "x" * 70_000])
def test_any_id_gets_a_sample_of_its_own(archive: Archive, tmp_path: Path, outside: str) -> None:
    rows = [made.added(number, id=each) for number, each in enumerate((outside, "other"))]
    record(archive, DATASET, made.registered(), *rows, made.FROZEN, SEALED)
    record(archive, RUN, made.run_registered(CHOICE), made.PLANNED, made.STARTED)
    record(archive, RUN, *(answered(number, item=number) for number in range(2)))
    path = exported(archive, tmp_path / "a.eval")
    (sample, _), (other, _) = samples(path)
    assert header(path)["eval"]["dataset"]["sample_ids"] == [sample, other]
    told = samples(path)[sample, 1]
    assert ours(told).get("id", told["id"]) == outside
    report = archived(archive, path)
    assert {count.kind: count.archived for count in report.counts}["items"] == 2
