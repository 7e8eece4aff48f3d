"""Logs of Inspect AI in a real archive; what their reader makes of them has tests of its own."""

from pathlib import Path
from typing import Any

import pytest

from application.archive_report import ArchiveReport
from domain.errors import InvalidInput
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from infrastructure.log_sources import open_log
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests import archives as made
from tests.conftest import shared_folder
from tests.inspect_logs import PIXEL, Record, log, message, sample, write_eval_log, write_json_log

NO_LOGS = frozenset({"0cd7323f", "c0672c6a", "4252dfe7"})
"""Cut off, or no JSON."""


def archived(archive: Archive, path: Path, **options: Any) -> ArchiveReport:
    with open_log(path) as opened:
        return archive.archiver().archive(opened, **options)


def edited() -> Record:
    history = [{"value": "I", "provenance": None}, {"value": "C", "provenance": {"author": "a"}}]
    image = message("user", [{"type": "image", "image": PIXEL}])
    return log([
        sample(1, scores={"match": {"value": "C", "history": history}}),
        sample(2, input=[image], messages=[image], error_retries=[{"message": "e"}]),
        sample(3, error={"message": "boom"}, scores=None),
    ], 1.0)  # fmt: skip


@pytest.fixture(name="path")
def log_of_all_kinds(tmp_path: Path) -> Path:
    return write_eval_log(tmp_path / "a.eval", edited())


def test_counts_in_the_file_are_counts_in_the_archive(archive: Archive, path: Path) -> None:
    counts = archived(archive, path).counts
    assert {count.kind: (count.found, count.archived) for count in counts} == {
        "items": (3, 3), "results": (3, 3), "failed attempts": (2, 2), "scores": (2, 2),
        "score edits": (1, 1), "assets": (1, 1),
    }  # fmt: skip


def test_the_same_file_twice_is_the_same_run(archive: Archive, path: Path) -> None:
    first, second = archived(archive, path), archived(archive, path)
    assert (second.runs, second.recorded) == (first.runs, 0)
    assert second.known == first.recorded


def test_a_bundle_of_it_verifies_with_its_plan_not_shown(
    archive: Archive, path: Path, tmp_path: Path
) -> None:
    report = archived(archive, path)
    made.export(archive, tmp_path / "bundle.zip", report.runs[0])
    verdict = verify_file(tmp_path / "bundle.zip", Policy())
    assert verdict.verified
    assert verdict.lines[Check.COMPLETENESS].outcome is Outcome.NOT_SHOWN


@pytest.mark.parametrize("keep", [True, False])
def test_the_file_itself_is_kept_where_it_is_to_be(
    archive: Archive, path: Path, keep: bool
) -> None:
    report = archived(archive, path, original=keep)
    assert archive.assets.holds(f"{report.digest}.eval") == keep


def test_nothing_is_archived_of_a_log_with_one_bad_sample(archive: Archive, tmp_path: Path) -> None:
    told = edited()
    told["samples"][2]["epoch"] = 0
    with pytest.raises(InvalidInput):
        archived(archive, write_json_log(tmp_path / "a.json", told))
    assert [key.stream for key in archive.store.streams()] == ["archive"]


def test_each_real_log_is_archived_whole_or_refused_with_a_reason(archive: Archive) -> None:
    for path in sorted(shared_folder("samples/inspect").rglob("*.*")):
        if path.name.partition("__")[0] in NO_LOGS:
            with pytest.raises(InvalidInput):
                archived(archive, path)
            continue
        report = archived(archive, path)
        assert report.mapping == "inspect-log-1"
        kept = {count.kind: count.archived for count in report.counts}
        assert {count.kind: count.found for count in report.counts} == kept, path.name
