"""Findings of a reader as an annotation: what was written is recognized, and nothing else."""

import pytest

from application.filed_findings import (
    MAX_FINDINGS,
    annotation_of,
    findings_in,
    place_of_findings,
)
from domain.canonical import Json
from domain.verification.report import Finding

FOUND = Finding("results.json", "accuracy 0.5, as its results give", "accuracy 0.7 stated")


def test_what_was_written_is_recognized() -> None:
    assert findings_in(annotation_of([FOUND])) == ([FOUND], 1)
    listed, total = findings_in(annotation_of([FOUND] * (MAX_FINDINGS + 1))) or ((), 0)
    assert (len(listed), total) == (MAX_FINDINGS, MAX_FINDINGS + 1)


@pytest.mark.parametrize(
    "annotation",
    [
        "findings",
        None,
        {"findings": []},
        {"findings": [], "findings_total": "1"},
        {"findings": [{"place": "x", "expected": "y"}], "findings_total": 1},
        {"findings": [{"place": 1, "expected": "y", "found": "z"}], "findings_total": 1},
        {"findings": [], "findings_total": 0, "more": 1},
        {"findings": {}, "findings_total": 0},
    ],
)
def test_anything_else_is_no_finding(annotation: Json) -> None:
    assert findings_in(annotation) is None


def test_findings_stand_before_the_seal_of_what_was_archived_from_a_file() -> None:
    assert place_of_findings({"archived_from": "m"}, 10) == 9
    assert place_of_findings({"archived_from": "m"}, None) is None
    assert place_of_findings({}, 10) is None
