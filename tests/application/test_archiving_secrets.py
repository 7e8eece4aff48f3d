"""What looks like a secret in a log file is archived, and leaves the archive in no bundle."""

from pathlib import Path
from typing import Any

import pytest

from application.archive_report import ArchiveReport, OnSecrets
from domain.verification.policy import Policy
from infrastructure.log_sources import open_log
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests.application.conftest import Archives
from tests.archives import export, key, stored
from tests.native_exports import item, members_of, result, server_export, write_zip

SECRET = "sk-proj-Ab12Cd34Ef56Gh78"


def archived(archive: Archive, path: Path, **options: Any) -> ArchiveReport:
    with open_log(path) as log:
        return archive.archiver().archive(log, **options)


def withheld(archive: Archive, path: Path, **options: Any) -> ArchiveReport:
    return archived(archive, path, on_secrets=OnSecrets.WITHHOLD, **options)


def _log(folder: Path) -> Path:
    """Five items; a secret in a question, in an error (told twice), and where nobody reads."""
    items = [item(number) for number in range(5)]
    items[1]["inputs"] = {"text": f"Use {SECRET}"}
    results = [result(number) for number in range(4)]
    results.append(result(4, error=f"401: {SECRET} is no key", status="error"))
    members = members_of(items, results)
    members["config.yaml"] = f"model: m\napi_key: {SECRET}\n".encode()
    return write_zip(folder / "log.zip", members)


def _marks(archive: Archive, stream: str) -> list[tuple[int, str]]:
    events = [each.event for each in stored(archive, stream)]
    return [
        (event.facts["target"], event.facts["kind"])
        for event in events
        if event.type == "part.withheld"
    ]


def test_parts_that_may_hold_one_are_withheld_with_the_original(
    archive: Archive, tmp_path: Path
) -> None:
    report = withheld(archive, _log(tmp_path))
    (run,) = report.runs
    assert (report.secret_count, report.withheld) == (4, 4)
    ((at, kind),) = _marks(archive, report.dataset)
    assert (stored(archive, report.dataset)[at - 1].event.facts["item"], kind) == (1, "question")
    marks = _marks(archive, run)
    assert (1, "original") in marks
    assert {kind for _, kind in marks} == {"error", "original"}
    for stream in (report.dataset, run):
        assert stored(archive, stream)[-1].event.type == "stream.sealed"


def test_no_bundle_holds_it_and_the_archive_does(archive: Archive, tmp_path: Path) -> None:
    report = withheld(archive, _log(tmp_path))
    (run,) = report.runs
    manifest = export(archive, tmp_path / "bundle.zip", key(archive, run)).manifest
    assert SECRET.encode() not in (tmp_path / "bundle.zip").read_bytes()
    assert manifest.withheld == {"original": 1}
    assert manifest.withheld_parts == {"error": 2, "question": 1}
    assert verify_file(tmp_path / "bundle.zip", Policy()).verified
    assert any(
        SECRET.encode() in line for each in stored(archive, run) for line in each.parts.values()
    )


def test_without_secrets_nothing_is_withheld(archive: Archive, tmp_path: Path) -> None:
    path = server_export(tmp_path, [item(0)])
    report = withheld(archive, path)
    assert (report.secret_count, report.withheld) == (0, 0)
    seals = [each for each in stored(archive, report.dataset) if each.event.type == "stream.sealed"]
    assert len(seals) == 1


@pytest.mark.parametrize("original", [True, False])
def test_again_changes_nothing_and_what_is_here_already_can_be_withheld(
    archives: Archives, tmp_path: Path, original: bool
) -> None:
    once, later = archives("once"), archives("later")
    path = _log(tmp_path)
    first = withheld(once, path, original=original)
    again = withheld(once, path, original=original)
    assert (again.recorded, again.withheld) == (0, first.withheld)
    assert archived(later, path, original=original).withheld == 0
    then = withheld(later, path, original=original)
    assert then.recorded == first.withheld + 2, "and a seal in each stream"
    for stream in (first.dataset, *first.runs):
        assert [each.event.type for each in stored(once, stream)] == [
            each.event.type for each in stored(later, stream)
        ]


def test_with_a_secret_that_only_the_original_holds_the_original_is_withheld(
    archive: Archive, tmp_path: Path
) -> None:
    members = members_of([item(0)], [result(0)])
    members["config.yaml"] = f"api_key: {SECRET}\n".encode()
    report = withheld(archive, write_zip(tmp_path / "log.zip", members))
    assert _marks(archive, report.dataset) == []
    assert _marks(archive, report.runs[0]) == [(1, "original")]
