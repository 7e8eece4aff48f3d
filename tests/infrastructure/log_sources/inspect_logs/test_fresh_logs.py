"""Logs that Inspect has just written: ours must say of them what its own reader says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account
from infrastructure.log_sources import open_log
from infrastructure.log_sources.inspect_logs.scores import columns, number_of

pytest.importorskip("ijson", reason="Inspect AI is not installed")  # importing it itself takes long

ROOT = Path(__file__).parents[4]
KINDS = ("whole", "edited", "stopped", "limited")
NAMES = [f"{kind}.{form}" for form in ("eval", "json") for kind in KINDS]


@pytest.fixture(name="folder", scope="module")
def folder_of_fresh_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inspect")
    command = [sys.executable, "-m", "tests.inspect_writer", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def walk(path: Path) -> tuple[list[Any], list[Any], Account]:
    account = Account()
    with open_log(path) as log:
        dataset = [entry.members for entry in log.dataset(account)]
        return dataset, [entry.members for entry in log.run(0, account)], account


def expected(folder: Path, name: str) -> Any:
    return json.loads((folder / "told.json").read_text())[name]


def by_result(dataset: list[Any], run: list[Any]) -> dict[tuple[str, int], list[Any]]:
    ids = [members["row"]["id"] for members in dataset[1:]]
    found: dict[tuple[str, int], list[Any]] = {}
    for members in run:
        if "item" in members:
            found.setdefault((ids[members["item"]], members["epoch"]), []).append(members)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_inspect_says(folder: Path, name: str) -> None:
    said = expected(folder, name)
    dataset, run, _ = walk(folder / name)
    results = by_result(dataset, run)
    assert len(results) == len(said["samples"])
    for sample in said["samples"]:
        events = results[sample["id"], sample["epoch"]]
        attempts = [each for each in events if each["type"] == "item.attempt_failed"]
        assert len(attempts) == sample["retries"] + (sample["error"] is not None)
        told = attempts[-1] if sample["error"] else events[len(attempts)]
        response = told["response"]
        messages = [*told["request"]["messages"], *response.get("messages", [])]
        assert [message["role"] for message in messages] == sample["roles"]
        assert (response["text"] or "") == sample["text"]
        assert response["sample"].get("limit", {}).get("type") == sample["limit"]
        if sample["error"]:
            assert events[-1]["type"] == "item.failed"
            assert events[-1]["error"]["message"] == sample["error"]
        else:
            tokens = (sample["tokens"] or [[None, None]])[0]
            assert [told.get("tokens_in"), told.get("tokens_out")] == tokens


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_those_of_inspect(folder: Path, name: str) -> None:
    dataset, run, account = walk(folder / name)
    names = [each["name"] for each in run[0]["config"]["scorers"]]
    results = by_result(dataset, run)
    total = 0
    for sample in expected(folder, name)["samples"]:
        if sample["error"]:
            continue
        found: dict[str, list[float]] = {}
        for event in results[sample["id"], sample["epoch"]]:
            if event["type"] in {"item.scored", "score.revised"}:
                found.setdefault(names[event["scorer"]], []).append(event["score"]["value"])
        wanted = [pair for n, value in sample["scores"].items() for pair in columns(n, value)]
        assert {n: values[-1] for n, values in found.items()} == {
            column: number_of(value) for column, value in wanted
        }
        assert len(found["match"]) == max(sample["edits"]["match"], 1)
        total += len(wanted)
    assert account.found["scores"] == total


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("stopped")])
def test_all_of_its_figures_follow(folder: Path, name: str) -> None:
    _, run, account = walk(folder / name)
    assert (account.findings, account.compared) == ([], 25)
    assert run[-1]["annotation"] == {"recomputed": {"agree": 25, "not_recomputed": []}}


def test_edits_keep_their_authors(folder: Path) -> None:
    _, run, _ = walk(folder / "edited.eval")
    revised = [each["score"]["provenance"] for each in run if each["type"] == "score.revised"]
    assert [each["author"] for each in revised] == ["ann", "bob"]


def test_a_stopped_run_has_failed(folder: Path) -> None:
    _, run, _ = walk(folder / "stopped.eval")
    [end] = [each for each in run if each["type"] == "run.failed"]
    assert "boom" in end["error"]["message"]


def test_the_image_is_one_asset(folder: Path) -> None:
    for form in ("eval", "json"):
        assert walk(folder / f"whole.{form}")[2].found["assets"] == 1


def test_what_was_changed_afterwards_is_found(folder: Path, tmp_path: Path) -> None:
    told = json.loads((folder / "whole.json").read_text())
    right = next(s for s in told["samples"] if s["scores"].get("match", {}).get("value") == "C")
    right["scores"]["match"]["value"] = "I"
    del told["samples"][0]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(told))
    places = [finding.place for finding in walk(path)[2].findings]
    assert "results.total_samples" in places
    assert "results.scores.match.mean.accuracy" in places
