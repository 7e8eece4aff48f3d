import pytest

from domain.canonical import encode
from domain.errors import InvalidInput
from domain.verification.checks import Check, Outcome
from domain.verification.report import MAX_FINDINGS, MAX_TOLD, Finding, Property, Report


def test_a_new_report_has_reached_nothing_and_found_nothing() -> None:
    report = Report()
    assert report.verified
    assert {line.outcome for line in report.lines.values()} == {Outcome.NOT_SHOWN}
    assert [*report.lines] == [*Check]


def test_a_failure_stays_a_failure() -> None:
    report = Report()
    report.settle(Check.TREE, Outcome.PASSED, "roots")
    report.fail(Check.TREE, "here", "one", "other")
    report.settle(Check.TREE, Outcome.PASSED, "roots")
    line = report.lines[Check.TREE]
    assert (line.outcome, line.detail) == (Outcome.FAILED, "1 finding")
    assert line.findings == [Finding("here", "one", "other")]
    assert not report.verified
    assert report.failed(Check.PARTS, Check.TREE)
    assert not report.failed(Check.PARTS)


def test_all_findings_are_counted_and_some_are_kept() -> None:
    report = Report()
    for number in range(MAX_FINDINGS + 5):
        report.fail(Check.PARTS, f"part {number}", "one", "other")
    line = report.lines[Check.PARTS]
    assert (len(line.findings), line.found) == (MAX_FINDINGS, MAX_FINDINGS + 5)
    assert line.detail == "25 findings"
    report.count(Check.PARTS, 1000)
    assert line.detail == "1000 findings"


def test_a_bundle_cannot_make_a_report_long() -> None:
    report = Report()
    report.fail(Check.MANIFEST, "a" * 10**6, "b" * 10**6, "c" * MAX_TOLD)
    (finding,) = report.lines[Check.MANIFEST].findings
    assert [len(side) for side in finding] == [MAX_TOLD] * 3
    assert finding.expected.endswith("b…")
    assert finding.found == "c" * MAX_TOLD


def test_an_error_brings_both_of_its_sides() -> None:
    report = Report()
    report.fail_with(Check.EVENTS, InvalidInput("line 3", "an event", "none", "Write one."))
    assert report.lines[Check.EVENTS].findings == [Finding("line 3", "an event", "none")]


def test_a_report_is_json() -> None:
    report = Report("d" * 64)
    report.properties = [Property("complete", None, "no plan")]
    report.fail(Check.STREAM, "here", "one", "other")
    told = report.to_json()
    assert encode(told)
    checks = told["checks"]
    assert isinstance(checks, list)
    assert checks[4] == {
        "check": 5,
        "detail": "1 finding",
        "findings": [{"expected": "one", "found": "other", "place": "here"}],
        "findings_total": 1,
        "name": "stream",
        "outcome": "failed",
    }
    assert told["properties"] == [{"because": "no plan", "holds": None, "property": "complete"}]
    assert told["verified"] is False


@pytest.mark.parametrize("check", list(Check))
def test_only_what_failed_is_against_it(check: Check) -> None:
    report = Report()
    report.settle(check, Outcome.NOT_SHOWN, "could not be")
    assert report.verified
    report.fail(check, "", "", "")
    assert not report.verified
