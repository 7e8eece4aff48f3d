"""Logs of Inspect that were archived and leave as logs again: what only few of them hold."""

import json
from math import isnan
from pathlib import Path
from typing import Any

from interface.bootstrap.archive import Archive
from tests.archives import Members, record
from tests.eval_files import Record, archived, exported, member, samples
from tests.inspect_logs import PIXEL, log, message, sample, write_json_log


def again(archive: Archive, folder: Path, *of: Record, **more: Any) -> dict[Any, Any]:
    """The samples of a log after the way into the archive and out again."""
    path = write_json_log(folder / "a.json", log(of, **more))
    [run] = archived(archive, path).runs
    return samples(exported(archive, folder / "a.eval", run))


def scored(value: Any, **more: Any) -> Record:
    return {"two": {"value": value, "answer": "Paris", **more}}


def test_values_that_are_no_numbers_come_back(archive: Archive, tmp_path: Path) -> None:
    mixed = {"right": "C", "kind": "long", "rate": 0.5, "open": None}
    told = again(
        archive,
        tmp_path,
        sample(1, scores=scored(float("nan"), reason="grader_failed")),
        sample(2, scores=scored(mixed, metadata={"by": "ann"})),
        sample(3, scores=scored([1, "a"])),
        sample(4, scores=scored(True)),
        sample(5, scores=scored({"x": float("inf"), "right": "I"})),
    )
    values = {at: each["scores"]["two"]["value"] for (at, _), each in told.items()}
    assert isnan(values.pop("1"))
    assert values == {
        "2": mixed, "3": [1, "a"], "4": True, "5": {"x": float("inf"), "right": "I"}
    }  # fmt: skip
    assert values["4"] is True
    assert told["1", 1]["scores"]["two"]["reason"] == "grader_failed"
    assert told["2", 1]["scores"]["two"]["metadata"] == {"by": "ann"}


def test_scores_beyond_those_that_an_archive_takes_come_back(
    archive: Archive, tmp_path: Path
) -> None:
    scores = {f"s{number}": {"value": number / 4, "history": []} for number in range(50)}
    told = again(archive, tmp_path, sample(1, scores=scores))
    assert told["1", 1]["scores"] == scores


def test_a_failed_sample_keeps_its_scores(archive: Archive, tmp_path: Path) -> None:
    scores = scored(0.5)
    told = again(archive, tmp_path, sample(1, error={"message": "boom"}, scores=scores))["1", 1]
    assert told["scores"]["two"]["value"] == 0.5
    assert told["error"]["message"] == "boom"
    assert told["metadata"] == {"area": "Europe"}


def test_messages_that_were_set_apart_come_back(archive: Archive, tmp_path: Path) -> None:
    long = message("assistant", "x" * (5 * 2**20), source="generate")
    picture = message("user", [{"type": "image", "image": PIXEL}])
    given = sample(1, messages=[picture, long, message("tool", "y")], output={})
    told = again(archive, tmp_path, given)["1", 1]
    assert told["messages"] == given["messages"]


def test_an_item_that_differs_between_epochs_comes_back_in_each(
    archive: Archive, tmp_path: Path
) -> None:
    told = again(archive, tmp_path, sample(1), sample(1, 2, input="Which?", target=["a", "b"]))
    first, second = told["1", 1], told["1", 2]
    assert (first["input"], first["target"]) == ("Which one is 1?", "Paris")
    assert (second["input"], second["target"]) == ("Which?", ["a", "b"])


def test_of_the_choices_each_gets_its_message_back(archive: Archive, tmp_path: Path) -> None:
    one, two = message("assistant", "Paris"), message("assistant", "Lyon")
    choices = [{"message": one, "stop_reason": "stop"}, {"message": two, "stop_reason": "stop"}]
    output = {"model": "m", "choices": choices, "completion": "Paris"}
    told = again(archive, tmp_path, sample(1, messages=[message("user", "?"), one], output=output))
    assert told["1", 1]["output"] == output


def test_a_run_without_an_end_has_none(archive: Archive, tmp_path: Path) -> None:
    history = [{"value": "I"}, {"value": "C", "provenance": {"author": "ann"}}]
    told = again(
        archive, tmp_path, sample(1, scores=scored("C", history=history)), status="started"
    )
    assert member(tmp_path / "a.eval", "header.json")["status"] == "started"
    assert [each["value"] for each in told["1", 1]["scores"]["two"]["history"]] == ["I", "C"]


def test_what_the_archive_revised_follows_what_the_log_said(
    archive: Archive, tmp_path: Path
) -> None:
    path = write_json_log(tmp_path / "a.json", log([sample(1)], 1.0))
    [run] = archived(archive, path).runs
    revised: Members = {"type": "score.revised", "item": 0, "scorer": "match"}
    record(archive, run, {**revised, "score": {"value": 0}})
    exported(archive, tmp_path / "a.eval", run)
    score = samples(tmp_path / "a.eval")["1", 1]["scores"]["match"]
    assert (score["value"], [each["value"] for each in score["history"]]) == (0, ["C", 0])
    assert score["history"][1]["provenance"]["author"] == "claimed:local"
    header = member(tmp_path / "a.eval", "header.json")
    assert header["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 1.0
    assert header["metadata"]["eval752"]["summary"]["scores"] == [{"mean": 0, "scored": 1}]


def test_what_a_log_reported_is_told_once(archive: Archive, tmp_path: Path) -> None:
    path = write_json_log(tmp_path / "a.json", log([sample(1)], 1.0, tags=["a"]))
    [run] = archived(archive, path).runs
    exported(archive, tmp_path / "a.eval", run)
    header = member(tmp_path / "a.eval", "header.json")
    assert header["tags"] == ["a"]
    assert "reported" not in json.dumps(header["eval"]["metadata"]["eval752"]["annotations"])
    withheld = exported(archive, tmp_path / "b.eval", run, "annotation")
    computed = member(withheld, "header.json")
    assert computed["results"]["scores"][0]["metrics"].keys() == {"mean"}
    assert "stats" in computed
