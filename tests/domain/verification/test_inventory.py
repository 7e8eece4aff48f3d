import json
from typing import Any

import pytest

from domain.bundle.layout import MAX_MANIFEST_BYTES
from domain.bundle.members import ContainerRejected
from domain.verification.checks import Check, Outcome
from domain.verification.inventory import check_assets, check_present
from domain.verification.report import Report
from scripts.bundle_by_hand import MANIFEST, Members, closed, with_json
from scripts.conformance_fixture import whole
from scripts.recordings import PICTURE, SMALL, dataset
from tests.members import DictMembers, failed, report_on

SOUND = whole(SMALL)
NAME = f"assets/{PICTURE}"
UNLISTED = "an asset that a disclosed part refers to"
DIGEST = PICTURE.partition(".")[0]


def without(*names: str) -> Members:
    return {name: data for name, data in SOUND.items() if name not in names}


def test_members_that_everything_needs_must_be_there() -> None:
    check_present(DictMembers(SOUND))
    for name in ("README.txt", "events.jsonl", "parts.jsonl", "meta.json", MANIFEST, "SHA256SUMS"):
        with pytest.raises(ContainerRejected, match=f"expected {name}, found no such member"):
            check_present(DictMembers(without(name)))
    with pytest.raises(ContainerRejected, match=r"parts\.jsonl, meta\.json"):
        check_present(DictMembers(without("parts.jsonl", "meta.json")))


def test_a_bundle_without_them_is_rejected_as_a_container() -> None:
    report = report_on(without("events.jsonl"))
    assert failed(report) == ["container"]
    assert {line.outcome for line in report.lines.values()} == {Outcome.FAILED, Outcome.NOT_SHOWN}


@pytest.mark.parametrize(
    ("listed", "digests", "expected"),
    [
        ({PICTURE}, {NAME: DIGEST}, []),
        (set(), {}, []),
        ({PICTURE}, {}, [(NAME, "the asset that a part refers to", "none")]),
        (set(), {NAME: DIGEST}, [(NAME, UNLISTED, "one that none does")]),
        ({PICTURE}, {NAME: "0" * 64}, [(NAME, DIGEST, "0" * 64)]),
    ],
)
def test_exactly_the_assets_that_are_listed_stand_there_unaltered(
    listed: set[str], digests: dict[str, str], expected: list[Any]
) -> None:
    report = Report()
    check_assets(listed, {**digests, "meta.json": "1" * 64}, report)
    line = report.lines[Check.ASSETS]
    assert line.findings == expected
    assert line.outcome is (Outcome.FAILED if expected else Outcome.PASSED)


def test_each_part_of_the_manifest_is_compared_by_itself() -> None:
    def lie(manifest: Any) -> None:
        manifest["counts"]["items"] = 99
        manifest["erased"] = {"answer": 1}
        manifest["sections"] = []

    report = report_on(closed(with_json(SOUND, MANIFEST, lie)))
    findings = report.lines[Check.MANIFEST].findings
    assert [finding.place.rpartition(", ")[2] for finding in findings] == [
        *("counts", "sections", "erased")
    ]
    assert '"items":2' in findings[0].expected
    assert '"items":99' in findings[0].found


def test_a_manifest_beyond_its_limit_is_not_read() -> None:
    huge = closed({**SOUND, MANIFEST: SOUND[MANIFEST][:-1] + b" " * MAX_MANIFEST_BYTES + b"\n"})
    report = report_on({**SOUND, **huge})
    (finding,) = report.lines[Check.MANIFEST].findings
    assert finding.expected == f"at most {MAX_MANIFEST_BYTES} bytes"
    assert report.lines[Check.EVENTS].detail == "not reached"


def test_a_manifest_of_very_many_sections_is_told_in_few_words() -> None:
    many = [{"items": 0, "member": "sections/0.jsonl"}] * 20_000
    members = closed(with_json(SOUND, MANIFEST, lambda manifest: manifest.update(sections=many)))
    report = report_on(members)
    assert failed(report) == ["manifest"]
    assert len(json.dumps(report.to_json())) < 10_000


def test_the_bundle_of_a_dataset_has_no_members_of_a_run() -> None:
    alone = whole([dataset()])
    assert alone.keys() & {"run_config.json", "results.jsonl", "summary.json"} == set()
    assert failed(report_on(alone)) == []
