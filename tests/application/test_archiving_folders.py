"""Archiving what consists of several files: evaluations of lm-evaluation-harness, runs of HELM.

They are made here, and where real ones lie beside the checkout, those are archived as well.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.archive_report import ArchiveReport
from domain.errors import InvalidInput, UnreadableFile
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from infrastructure.log_sources import open_log
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests import archives as made
from tests import helm_runs, lm_eval_files
from tests.conftest import shared_folder


def _lm_eval(folder: Path) -> Path:
    tasks = {
        "one": [lm_eval_files.chosen(n, n % 2) for n in range(5)],
        "two": [lm_eval_files.chosen(n) for n in range(3)],
    }
    return lm_eval_files.evaluation(folder, tasks, {"both": ["one", "two"]})


MAKERS: dict[str, Callable[[Path], Path]] = {"lm_eval": _lm_eval, "helm": helm_runs.run}


@pytest.fixture(name="path", params=MAKERS)
def several_files(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return MAKERS[request.param](tmp_path / "log")


def archived(archive: Archive, path: Path, **options: Any) -> ArchiveReport:
    with open_log(path) as log:
        return archive.archiver().archive(log, **options)


def contents(path: Path) -> dict[str, bytes]:
    folder = path if path.is_dir() else path.parent
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def nothing_recorded(archive: Archive, path: Path) -> bool:
    before = archive.store.position()
    with pytest.raises(InvalidInput):
        archived(archive, path)
    return archive.store.position() == before and not any((archive.folder / "assets").glob("*/*"))


def check_archived(archive: Archive, path: Path, bundle: Path) -> ArchiveReport:
    """Archive, export and verify it; all that is counted in the file is here or noted."""
    report = archived(archive, path)
    (run,) = report.runs
    made.export(archive, bundle, run)
    verdict = verify_file(bundle, Policy())
    assert verdict.verified
    assert verdict.lines[Check.COMPLETENESS].outcome is Outcome.NOT_SHOWN
    counts = {count.kind: count for count in report.counts}
    for kind in ("items", "results"):
        assert counts[kind].found == counts[kind].archived > 0
    noted = [n.times for n in report.notes if "no score" in n.what]
    assert counts["scores"].found == counts["scores"].archived + sum(noted)
    return report


def test_several_files_are_archived_exported_and_verified(
    archive: Archive, path: Path, tmp_path: Path
) -> None:
    report = check_archived(archive, path, tmp_path / "bundle.zip")
    assert report.findings == []
    assert report.compared > 0


def test_each_file_is_kept_in_the_one_original(archive: Archive, path: Path) -> None:
    report = archived(archive, path)
    original: Any = made.stored(archive, report.runs[0])[0].value("original")
    kept = {name: b"".join(archive.assets.chunks(a)) for name, a in original["files"].items()}
    assert kept == contents(path)


def test_without_the_original_no_file_is_kept(archive: Archive, path: Path) -> None:
    report = archived(archive, path, original=False)
    assert not report.original
    assert "original" not in made.stored(archive, report.runs[0])[0].parts


def test_the_same_files_again_are_the_same_run(archive: Archive, path: Path) -> None:
    first = archived(archive, path)
    again = archived(archive, path)
    assert (again.recorded, again.known, again.runs) == (0, first.recorded, first.runs)


def test_a_companion_that_changed_makes_another_run(archive: Archive, path: Path) -> None:
    first = archived(archive, path)
    companion = max((path if path.is_dir() else path.parent).iterdir())
    companion.write_bytes(companion.read_bytes() + b"\n")
    assert archived(archive, path).runs != first.runs


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.95])
def test_of_files_that_end_early_nothing_is_archived(
    archive: Archive, path: Path, kept: float
) -> None:
    folder = path if path.is_dir() else path.parent
    for each in sorted(folder.iterdir()):
        whole = each.read_bytes()
        each.write_bytes(whole[: int(len(whole) * kept) - 3])
        assert nothing_recorded(archive, path), each.name
        each.write_bytes(whole)


def test_of_files_of_which_one_is_missing_nothing_is_archived(archive: Archive, path: Path) -> None:
    companion = max((path if path.is_dir() else path.parent).iterdir())
    companion.unlink()
    assert nothing_recorded(archive, path)


def test_a_finding_stays_with_the_run(archive: Archive, tmp_path: Path) -> None:
    def better(results: Any) -> None:
        results["results"]["sums"]["exact_match,none"] = 1.0

    samples = [lm_eval_files.generated(1), lm_eval_files.generated(2, 0)]
    path = lm_eval_files.evaluation(tmp_path / "log", {"sums": samples}, None, better)
    report = archived(archive, path)
    (finding,) = report.findings
    told = [each for each in made.stored(archive, report.runs[0]) if "annotation" in each.parts]
    annotation: Any = told[0].value("annotation")
    assert annotation == {"findings": [finding._asdict()], "findings_total": 1}


def _real_results() -> list[Path]:
    return sorted(shared_folder("samples/lm_eval").rglob("results_*.json"))


def test_real_evaluations_are_archived_or_lack_their_samples(
    archive: Archive, tmp_path: Path
) -> None:
    whole = 0
    for number, path in enumerate(_real_results()):
        try:
            report = check_archived(archive, path, tmp_path / f"{number}.zip")
        except UnreadableFile as problem:
            assert "no samples_" in problem.found  # noqa: PT017 - a part of them has none here
            continue
        whole += 1
        assert report.findings == []
    assert whole > 0


def test_a_flipped_score_in_a_real_evaluation_is_found(archive: Archive, tmp_path: Path) -> None:
    stamp = "2024-08-21T03-40-10.802679"
    (real,) = shared_folder("samples/lm_eval").rglob(f"results_{stamp}.json")
    for each in real.parent.glob(f"*{stamp}*"):
        (tmp_path / each.name).write_bytes(each.read_bytes().replace(b'"acc": 0}', b'"acc": 1}', 1))
    found = archived(archive, tmp_path / real.name).findings
    assert f"{real.name}, results.asdiv.acc,none" in [finding.place for finding in found]


def test_real_runs_of_helm_are_archived(archive: Archive, tmp_path: Path) -> None:
    for number, spec in enumerate(sorted(shared_folder("samples/helm").rglob("run_spec.json"))):
        report = check_archived(archive, spec.parent, tmp_path / f"{number}.zip")
        assert report.findings == []
        assert report.compared > 300
