"""Logs that we write, read by Inspect AI itself, and compared with those that they came from."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from tests.archives import RUN, open_fixed
from tests.conftest import shared_folder
from tests.eval_files import archived, exported
from tests.inspect_reader import ROOT, told_by_inspect
from tests.story import record_story

pytest.importorskip("ijson", reason="Inspect AI is not installed")  # importing it itself takes long

NO_LOGS = frozenset({"0cd7323f", "c0672c6a", "4252dfe7"})
"""Cut off, or no JSON: not archived."""
NOT_READ = frozenset({"232727a0", "e69739ee"})
"""Of a version that Inspect's own reader refuses."""

LEFT_OUT = frozenset({"events", "events_data", "timelines", "store", "attachments"})
EMPTY: tuple[Any, ...] = (None, "", [], {})
HEADER = (
    "status", "plan", "results", "stats", "error", "invalidated", "tags", "log_updates",
    "config_updates",
)  # fmt: skip


def pairs(paths: list[Path], folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """The name of each log, what Inspect says of it, and of the one that was exported of it."""
    copies, logs = list[Path](), list[Path]()
    with open_fixed(folder / "archive", "archive-a") as archive:
        for path in paths:
            form = path.suffix if path.suffix in {".eval", ".json"} else ".json"
            copies.append(Path(shutil.copy(path, folder / f"{path.stem}-copy{form}")))
            [run] = archived(archive, path).runs
            logs.append(exported(archive, folder / f"{path.name}.eval", run))
    told = told_by_inspect(*copies, *logs)
    names = [path.name for path in paths]
    return zip(names, told[: len(names)], told[len(names) :], strict=True)


def plain(value: Any) -> Any:
    """A value without what is empty, and without tracebacks for terminals."""
    if isinstance(value, dict):
        members = {n: plain(v) for n, v in value.items() if n != "traceback_ansi"}
        return {name: child for name, child in members.items() if child not in EMPTY}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return "NaN" if isinstance(value, float) and isnan(value) else value


def sample(told: Any) -> Any:
    """What is to come back of a sample; its id is the text of what it was."""
    members = {n: v for n, v in told.items() if n not in LEFT_OUT}
    retries = [{**each, "events": None} for each in told["error_retries"] or []]
    return plain({**members, "id": str(told["id"]), "error_retries": retries})


def check(original: Any, copy: Any) -> None:
    samples = [sample(each) for each in original["samples"] or []]
    copied = {(each["id"], each["epoch"]): each for each in map(sample, copy["samples"])}
    assert len(copied) == len(samples)
    for each in samples:
        found = copied[each["id"], each["epoch"]]
        assert {"uuid": found["uuid"], **each} == found
    for name in HEADER:
        assert plain(copy[name]) == plain(original[name]), name
    spec, copied_spec = original["eval"], copy["eval"]
    left = ("metadata", "dataset")
    assert plain({**copied_spec, **dict.fromkeys(left)}) == plain({**spec, **dict.fromkeys(left)})
    without = {"sample_ids": None}
    assert plain(copied_spec["dataset"] | without) == plain(spec["dataset"] | without)
    assert copied_spec["metadata"].keys() - (spec["metadata"] or {}).keys() == {"eval752"}


def check_alone(copy: Any) -> None:
    """All ways of reading a log agree."""
    assert copy["header_only"]["eval"] == copy["eval"]
    summaries = {(each["id"], each["epoch"]): each for each in copy["summaries"]}
    assert list(summaries.values()) == copy["summaries"]
    for each in copy["summaries_of_samples"]:
        assert summaries[each["id"], each["epoch"]] == each
    assert copy["one_by_one"] == [each["uuid"] for each in copy["summaries"]]


def test_each_real_log_comes_back_as_inspect_reads_it(tmp_path: Path) -> None:
    known = sorted(path for path in shared_folder("samples/inspect").rglob("*.*"))
    paths = [path for path in known if path.name.partition("__")[0] not in NO_LOGS]
    for name, original, copy in pairs(paths, tmp_path):
        assert (original is None) == (name.partition("__")[0] in NOT_READ), name
        if original is not None:
            check(original, copy)
        check_alone(copy)


def test_fresh_logs_with_edits_errors_and_limits_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    command = [sys.executable, "-m", "tests.inspect_writer", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for _, original, copy in pairs(sorted(folder.glob("*.eval")), tmp_path):
        check(original, copy)
        check_alone(copy)


def test_a_recorded_run_is_read_and_shown_in_data_frames(tmp_path: Path) -> None:
    with open_fixed(tmp_path / "archive", "archive-b") as archive:
        record_story(archive, erase=True)
        path = exported(archive, tmp_path / "story.eval")
        withheld = exported(archive, tmp_path / "withheld.eval", RUN, "score")
    whole, less = told_by_inspect(path, withheld, frames=True)
    check_alone(whole)
    check_alone(less)
    [row] = whole["frames"]["evals"]
    assert (row["total_samples"], row["score_choice_mean"]) == (6, 1)
    assert len(whole["frames"]["samples"]) == len(less["frames"]["samples"]) == 6
    assert {each["id"] for each in whole["frames"]["samples"]} == {"q-0", "q-1", "q-3"}
    assert whole["frames"]["messages"] == less["frames"]["messages"] == 10
    assert whole["frames"]["events"] == 6
    assert json.dumps(less).count("NaN") > 0
