"""promptfoo's result files, archived with a real store: real ones, fresh ones, changed ones."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from application.archive_report import ArchiveReport
from application.ports import StreamKey
from domain.errors import InvalidInput
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests import archives as made
from tests.conftest import SHARED, shared_folder
from tests.promptfoo_results import in_lines, results, row, rows, written

CONFIG = {
    "description": "echoes",
    "prompts": ["Say {{word}}", "Repeat: {{word}}"],
    "providers": ["echo", {"id": "echo", "label": "second"}],
    "tests": [
        {"vars": {"word": "Paris"}, "assert": [{"type": "contains", "value": "Paris"}]},
        {"vars": {"word": "Lima"}, "assert": [{"type": "equals", "value": "x", "metric": "m"}]},
        {
            "vars": {"word": "Oslo"},
            "threshold": 0.4,
            "assert": [
                {"type": "contains", "value": "Oslo"},
                {"type": "assert-set", "assert": [{"type": "contains", "value": "x"}]},
            ],
        },
    ],
}


def archived(archive: Archive, path: Path) -> ArchiveReport:
    return archive.archive_log(path)


def check_whole(archive: Archive, report: ArchiveReport, folder: Path) -> None:
    """Equal counts, each run verified, the file itself in each bundle."""
    left = {note.what: note.times for note in report.notes}
    failed = left.get("a score of a failed result: kept with its error only", 0)
    for count in report.counts:
        assert count.found - count.archived == (failed if count.kind == "scores" else 0)
    for number, run in enumerate(report.runs):
        bundle = folder / f"{number}.eval752.zip"
        made.export(archive, bundle, run)
        verdict = verify_file(bundle, Policy())
        assert verdict.verified
        assert verdict.lines[Check.COMPLETENESS].outcome is Outcome.NOT_SHOWN
        assert report.digest.encode() in bundle.read_bytes()


def samples() -> list[str]:
    folder = SHARED / "samples" / "promptfoo"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))


@pytest.mark.parametrize("name", samples() or ["none"])
def test_a_real_file_is_archived_exported_and_verified(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    path = shared_folder("samples/promptfoo") / name
    report = archived(archive, path)
    check_whole(archive, report, tmp_path)
    is_dump = b"_resultsLoaded" in path.read_bytes()[:100]
    assert bool(report.findings) == is_dump, "its results are elsewhere, its sums are here"
    assert archived(archive, path).recorded == 0


@pytest.fixture(name="fresh", scope="module")
def files_of_promptfoo_itself(tmp_path_factory: pytest.TempPathFactory) -> Path:
    promptfoo, folder = shutil.which("promptfoo"), tmp_path_factory.mktemp("promptfoo")
    if promptfoo is None:
        pytest.skip("promptfoo is not here: npm install -g promptfoo")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    command = [promptfoo, "eval", "-c", "config.json", "--no-cache", "--no-table", "--repeat", "2"]
    environment = {
        **os.environ,
        "PROMPTFOO_CONFIG_DIR": str(folder / "home"),
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_PASS_RATE_THRESHOLD": "0",
    }
    outputs = ["-o", "out.json", "-o", "out.jsonl"]
    subprocess.run([*command, *outputs], check=True, cwd=folder, env=environment, timeout=120)
    return folder


@pytest.mark.parametrize("name", ["out.json", "out.jsonl"])
def test_a_fresh_file_is_archived_exported_and_verified(
    archive: Archive, tmp_path: Path, fresh: Path, name: str
) -> None:
    report = archived(archive, fresh / name)
    check_whole(archive, report, tmp_path)
    assert len(report.runs) == 4
    assert report.findings == []
    assert report.compared > 0


def test_a_finding_is_an_annotation_of_its_run_in_the_bundle(
    archive: Archive, tmp_path: Path
) -> None:
    document = results(rows())
    document["results"]["prompts"][1]["metrics"]["score"] += 1
    report = archived(archive, written(tmp_path / "a.json", document))
    assert len(report.findings) == 1
    clean, told = (made.stored(archive, run) for run in report.runs)
    assert "run.annotated" not in {stored.event.type for stored in clean}
    (annotated,) = (stored for stored in told if stored.event.type == "run.annotated")
    value: Any = annotated.value("annotation")
    assert value["findings"] == [report.findings[0]._asdict()]
    assert annotated.event.facts == {}
    check_whole(archive, report, tmp_path)


def test_what_all_runs_contradict_is_told_once_and_kept_with_each(
    archive: Archive, tmp_path: Path
) -> None:
    document = results(rows())
    document["results"]["stats"]["successes"] = 4
    report = archived(archive, written(tmp_path / "a.json", document))
    assert len(report.findings) == 1
    for run in report.runs:
        assert "run.annotated" in made.types(archive, run)


def test_every_run_keeps_the_original_and_it_is_stored_once(
    archive: Archive, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.json", results(rows()))
    report = archived(archive, path)
    for run in report.runs:
        assert "original" in made.stored(archive, run)[0].parts
    assert b"".join(archive.assets.chunks(f"{report.digest}.json")) == path.read_bytes()
    assert archive.store.version(StreamKey(archive.signer.origin, report.dataset)) == 5


def test_a_bad_row_of_the_last_run_leaves_nothing_of_the_others(
    archive: Archive, tmp_path: Path
) -> None:
    position = archive.store.position()
    path = in_lines(tmp_path / "a.jsonl", rows())
    path.write_text(path.read_text() + '{"promptIdx": 1, "testIdx": 0, "vars": {}, "vars": {}}\n')
    with pytest.raises(InvalidInput, match="line 5: expected unique keys"):
        archived(archive, path)
    assert archive.store.position() == position
    assert made.left_over(archive) == []


def test_likely_secrets_are_found_in_rows_configs_and_what_is_left_out(
    archive: Archive, tmp_path: Path
) -> None:
    key = "sk-" + "a1" * 10
    given = row(0, 0, metadata={"header": key})
    document = results([given], env={"OPENAI_API_KEY": key}, defaultTest={"vars": {"k": key}})
    report = archived(archive, written(tmp_path / "a.json", document))
    places = " ".join(secret.place for secret in report.secrets)
    assert "response.result.metadata.header" in places
    assert "promptfoo.config.env.OPENAI_API_KEY" in places
    assert "config.defaultTest, line" in places
    assert key not in str(report)
