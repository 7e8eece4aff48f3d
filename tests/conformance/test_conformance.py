"""Walks the conformance folder: what is wrong with each bad file, and nothing else, is found."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from domain import canonical
from domain.errors import UnreadableFile
from domain.verification.checks import BY_LABEL
from domain.verification.policy_document import read_document
from domain.verification.report import Report
from interface.policies import Demands, with_demands
from interface.verifying import verify_file
from scripts import conformance_bundles as made
from tests.members import failed

FOLDER = Path(__file__).parent
VALID = sorted(FOLDER.glob("valid/*.json"))
INVALID = sorted(FOLDER.glob("invalid/*/*.json"))


@pytest.fixture(params=["orjson", "the standard library"])
def printer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test twice: with orjson, and as the verifier's one file runs, which has none."""
    if request.param != "orjson":
        monkeypatch.setattr(canonical, "orjson", None)


@cache
def told(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def report_on(path: Path) -> Report:
    given = told(path)
    demands = Demands(given.get("digest"), given.get("keys", []), given.get("require", []))
    policy = with_demands(read_document(given.get("policy", {}), "policy"), demands, ("", "", ""))
    return verify_file(path.with_suffix(".eval752.zip"), policy)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_a_good_bundle_comes_to_what_stands_beside_it(path: Path) -> None:
    report = report_on(path)
    assert {check.label: line.outcome for check, line in report.lines.items()} == told(path)[
        "outcomes"
    ]
    assert report.verified is (told(path)["exit"] == 0)


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_in_a_bad_bundle_exactly_what_is_wrong_is_found_where_it_is(path: Path) -> None:
    expected = told(path)
    if expected["exit"] == 2:
        with pytest.raises(UnreadableFile):
            report_on(path)
        return
    report = report_on(path)
    line = report.lines[BY_LABEL[expected["check"]]]
    assert sorted(failed(report)) == sorted([expected["check"], *expected.get("also", [])])
    assert path.parent.name == expected["check"]
    if expected["check"] != "container":  # whose places are asserted where containers are read
        assert line.check.number == expected["number"]
        assert any(expected["place"] in finding.place for finding in line.findings), line.findings


def test_every_check_that_can_fail_has_bad_bundles() -> None:
    not_carried = {"consistency"}
    summing_up = {"evidence"}
    found = {told(path)["check"] for path in INVALID}
    assert found == BY_LABEL.keys() - not_carried - summing_up


def test_the_files_are_those_that_the_script_makes() -> None:
    assert made.present() == made.files()
