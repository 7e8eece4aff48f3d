"""Reports as text: complete, narrow enough, and harmless whatever a bundle's author wrote."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnreadableFile
from domain.verification.checks import Check, Outcome
from domain.verification.report import MAX_FINDINGS, Property, Report
from domain.verification.timestamps import SEAL_EXISTED
from interface.hidden_characters import is_hidden
from interface.report_text import (
    NO_DIGEST,
    WIDTH,
    closing_line,
    exit_code,
    failure_lines,
    printable,
    problem_document,
    report_document,
    report_lines,
    short_lines,
    to_json,
)

SELECTORS = re.compile("(?<=.)[\ufe0e\ufe0f]")
"""Of a symbol's presentation: they stay behind a symbol."""


def failing(place: str, expected: str, found: str) -> Report:
    report = Report()
    report.fail(Check.PARTS, place, expected, found)
    return report


def test_the_verdict_stands_first_and_counts_what_was_not_shown() -> None:
    report = Report()
    report.settle(Check.CONTAINER, Outcome.PASSED, "3 members")
    assert report_lines("x.zip", report)[:2] == [
        "x.zip",
        "  VERIFIED: 1 checks passed, 0 failed, 17 not shown",
    ]
    assert report_lines("x.zip", failing("p", "a", "b"))[1].startswith("  NOT VERIFIED: ")


def test_no_bundle_digest_is_told_as_none() -> None:
    report = Report(sums="5" * 64)
    assert f"  bundle digest  {NO_DIGEST}" in report_lines("x.zip", report)
    assert "5" * 64 not in "".join(report_lines("x.zip", report))
    report.digest = "5" * 64
    assert f"  bundle digest  {'5' * 64}" in report_lines("x.zip", report)


def test_every_check_stands_with_its_number_outcome_and_detail() -> None:
    lines = report_lines("x.zip", Report())
    for check in Check:
        assert f"{check.number:>4} {check.label:<14}not shown  not reached" in lines


def test_a_finding_shows_where_and_both_sides() -> None:
    lines = report_lines("x.zip", failing("item 3", "this", "that"))
    at = lines.index("     at        item 3")
    assert lines[at + 1 : at + 3] == ["     expected  this", "     found     that"]


def test_findings_that_are_not_listed_are_counted() -> None:
    report = Report()
    for number in range(MAX_FINDINGS + 5):
        report.fail(Check.PARTS, f"item {number}", "this", "that")
    assert any(line.strip() == "and 5 more" for line in report_lines("x.zip", report))


def test_sides_that_begin_alike_are_shown_from_shortly_before_they_differ() -> None:
    shared = "x" * 500
    lines = report_lines("x.zip", failing("p", f"{shared}1", f"{shared}2"))
    assert f"     expected  …{'x' * 24}1" in lines
    assert f"     found     …{'x' * 24}2" in lines


def test_properties_are_told_with_their_reasons() -> None:
    report = Report(properties=[Property("complete", False, "2 are missing")])
    assert "     complete      NO         2 are missing" in report_lines("x.zip", report)


def test_in_short_checks_are_named_by_what_they_came_to() -> None:
    verdict, failed, not_shown, *_ = short_lines(failing("p", "a", "b"))
    assert verdict == "NOT VERIFIED: 0 checks passed, 1 failed, 17 not shown"
    assert (failed, not_shown[:11]) == ("FAILED     parts", "not shown  ")


def test_of_a_check_that_failed_the_brief_form_shows_the_first_finding() -> None:
    report = failing("item 3", "a" * 300, "b")
    report.fail(Check.PARTS, "item 4", "c", "d")
    told, expected, found = failure_lines(report)
    assert told == "   7 parts         FAILED     2 findings, at item 3"
    assert (len(expected), expected[-1]) == (WIDTH, "…")
    assert found == "       found     b"


def test_where_a_time_is_proven_no_claim_stands_in_its_place() -> None:
    report = Report(about={"sealed": "2026-11-23T09:00:00.000000Z"})
    tried = Report(about={"trial": {"number": 3, "same_config_before": 2}})
    assert (
        "  trial          3 of this model on this dataset in its archive;"
        " 2 before it had the same config"
    ) in report_lines("file", tried)
    own = "  sealed         2026-11-23T09:00:00.000000Z, by the archive's clock"
    assert own in report_lines("file", report)
    told = f"{SEAL_EXISTED}at or before 2026-11-24T09:00:00.000000Z, says tsa.example"
    report.settle(Check.TIME, Outcome.PASSED, told)
    lines = report_lines("file", report)
    assert "  sealed         at or before 2026-11-24T09:00:00.000000Z, says tsa.example" in lines
    assert not any("2026-11-23" in line for line in lines)


@given(st.text(), st.text(max_size=300), st.text(max_size=300))
def test_no_line_is_wider_than_a_terminal_or_does_anything_to_it(
    file: str, expected: str, found: str
) -> None:
    report = failing(file, expected, found)
    report.about = {"streams": [expected], "status": found}
    report.properties = [Property("complete", None, found)]
    for line in [*report_lines(file, report), *failure_lines(report), *short_lines(report)]:
        assert len(line) <= WIDTH
        assert line.isprintable()
        assert not any(map(is_hidden, SELECTORS.sub("", line)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ✓ 漢", "plain – ✓ 漢"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("two\nlines", r"two\nlines"),
        ("\u202egnitset", r"\u202egnitset"),
        ("\ud800", r"\ud800"),
        ("\u3164\u2800\u034f\u00a0", r"\u3164\u2800\u034f\xa0"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 4 + r"\u0301"),
    ],
)
def test_what_is_not_printable_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_json_is_ascii_without_controls_and_complete() -> None:
    document = report_document("x\x7f.zip", failing("p\x1b", "é", "\u202e"))
    told = to_json(document)
    assert told.isascii()
    assert told.replace("\n", "").isprintable()
    assert json.loads(told) == document
    assert document["verified"] is False


def test_a_file_without_report_says_why() -> None:
    problem = UnreadableFile("x.zip", "a bundle", "no ZIP file")
    assert problem_document("x.zip", problem) == {
        "error": {
            "expected": "a bundle", "found": "no ZIP file", "kind": "UnreadableFile",
            "place": "x.zip",
        },
        "file": "x.zip",
    }  # fmt: skip


def test_exit_codes_are_those_of_the_format() -> None:
    assert (exit_code(Report()), exit_code(failing("p", "a", "b"))) == (0, 1)


def test_files_are_counted_by_what_they_came_to() -> None:
    assert closing_line([0, 1, 1, 2]) == "4 files: 1 verified, 2 not verified, 1 unreadable"
