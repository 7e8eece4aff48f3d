"""What an evidence report tells of what was said of the run: findings, superseded, annotations."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.verification.policy import Policy
from interface.web.evidence_report import Made, evidence_report
from tests.inspect_logs import log, sample, write_json_log
from tests.interface.cli.running import eval752
from tests.interface.web.pages_archive import HOSTILE
from tests.interface.web.reported_runs import Actions, bundle_of, story
from tests.interface.web.test_evidence_report import text_of

AGAIN = "11111111-1111-7111-8111-111111111111"


def archived(folder: Path, accuracy: float) -> Path:
    """The bundle of a run that was archived from a log which states this accuracy."""
    told = log([sample("a"), sample("b", value="I")], accuracy=accuracy)
    data, path = folder / "archive", write_json_log(folder / "log.json", told)
    (report,) = eval752("archive", path, "--json", "--data", data).document
    (run,) = report["runs"]
    target = folder / "run.eval752.zip"
    assert eval752("export", run, "-o", target, "--data", data).code == 0
    return target


def made_of(folder: Path, *more: dict[str, Any], options: tuple[str, ...] = ()) -> Made:
    actions: Actions = [*story()[:-2], *more]
    return evidence_report(bundle_of(folder, actions, *options), Policy())


def note(text: Any) -> dict[str, Any]:
    return {"type": "run.annotated", "annotation": text}


def test_findings_of_the_log_file_stand_beside_the_verdict(tmp_path: Path) -> None:
    made = evidence_report(archived(tmp_path, 0.75), Policy())
    assert made.report.verified
    text = text_of(made.html)
    verdict = text.partition("Bundle digest (SHA-256)")[0]
    assert "contradicts itself: 1 of its statements does not follow from its results." in verdict
    doubts = text.partition("Before you rely on this run")[2].partition("Five properties")[0]
    assert "Expected: accuracy 0.5, as its results give Found: accuracy 0.75 stated" in doubts
    assert re.search(r"Recorded \S+ \S+ UTC by claimed:\S+ , event \d+: before the run", doubts)
    assert text.count("The log file says:") == 2
    assert "findings_total" not in made.html


def test_a_log_file_that_fits_its_results_raises_no_doubts(tmp_path: Path) -> None:
    text = text_of(evidence_report(archived(tmp_path, 0.5), Policy()).html)
    assert "contradicts itself" not in text
    assert "Before you rely on this run" not in text


def test_a_superseded_run_says_so_with_the_verdict_by_which_and_why(tmp_path: Path) -> None:
    wrong = {"type": "run.superseded", "by": AGAIN, "annotation": "WRONG PROMPT, do not use"}
    text = text_of(made_of(tmp_path, wrong, note("seen")).html)
    assert "This run is superseded: another run takes" in text.partition("Bundle digest")[0]
    doubts = text.partition("Before you rely on this run")[2].partition("Five properties")[0]
    assert f"It is superseded by run/{AGAIN} . The recorder says: WRONG PROMPT" in doubts
    assert f"Superseded Another run takes its place: run/{AGAIN}" in text
    assert text.count("WRONG PROMPT") == 1


def test_annotations_are_told_the_newest_first_and_counted(tmp_path: Path) -> None:
    made = made_of(tmp_path, *(note(f"note {n:02}.") for n in range(25)))
    told = text_of(made.html).partition("What was said of the run")[2].partition("Results")[0]
    assert "The newest 20 of 25 annotations of the run as a whole" in told
    assert re.findall(r"note \d\d\.", told) == [f"note {n:02}." for n in range(24, 4, -1)]
    assert told.count("before the run was first sealed") == 20


@pytest.mark.parametrize("name", ["withheld", "erased"])
def test_what_is_gone_of_it_is_told_as_such(tmp_path: Path, name: str) -> None:
    if name == "erased":
        erase = {"type": "part.erased", "target": 21, "kind": "annotation"}
        made = made_of(tmp_path, note("of Jane"), erase)
    else:
        made = made_of(tmp_path, note("of Jane"), options=("--withhold", "annotation"))
    assert name in text_of(made.html).partition("What was said of the run")[2]
    assert "Jane" not in made.html


def test_words_are_text_and_long_ones_are_cut(tmp_path: Path) -> None:
    message = {"role": "user", "content": 1}
    made = made_of(tmp_path, note(HOSTILE), note("x" * 9_000), note([message]))
    assert "<script" not in made.html
    assert "&lt;script&gt;window.hacked" in made.html
    assert "x" * 2_000 in made.html
    assert "x" * 2_001 not in made.html
    assert "… the bundle has all of it" in made.html


def test_a_run_of_which_nothing_was_said_has_no_such_section(tmp_path: Path) -> None:
    text = text_of(made_of(tmp_path).html)
    assert "What was said of the run" not in text
    assert "Before you rely on this run" not in text
