"""What an event withholds leaves the archive in no bundle, table or answer, and stays in it."""

import json
from pathlib import Path

import pytest

from application.importing import Change
from application.item_detail import ItemDetails
from application.replaying import Moment
from domain.bundle.parts import assets_of
from domain.errors import Refused
from domain.verification.checks import Check
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.report_text import report_lines
from interface.verifying import verify_file
from tests.application.conftest import Archives
from tests.archives import (
    DATASET,
    FROZEN,
    RUN,
    SEALED,
    Members,
    added,
    export,
    key,
    member_of,
    record,
    registered,
    stored,
    take,
)
from tests.story import marked, record_story

ANSWER = 6
"""The version that answers item 0."""


def withheld(version: int, kind: str = "response") -> Members:
    return {"type": "part.withheld", "target": version, "kind": kind}


def test_the_part_and_the_original_are_in_no_bundle_with_the_assets_that_they_alone_list(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive)
    path = tmp_path / "bundle.zip"
    failed = stored(archive)[4]
    record(archive, RUN, withheld(5, "request"), withheld(5, "response"), SEALED)
    manifest = export(archive, path).manifest
    assert (manifest.withheld, manifest.withheld_parts) == (
        {"original": 1},
        {"request": 1, "response": 1},
    )
    events = [event for event in stored(archive) if event.event.version in {1, 5}]
    gone = [event.parts[kind] for event in events for kind in event.parts if kind in _GONE]
    data = path.read_bytes()
    assert not any(line in data for line in gone)
    assert marked("original").encode() not in data
    assert marked("response").encode() in data, "other responses stay"
    alone = {*assets_of(failed.parts["response"])} - {*assets_of(failed.parts["request"])}
    assert alone
    assert not any(name.encode() in data for name in alone)
    report = verify_file(path, Policy())
    assert report.verified
    assert report.about["withheld_parts"] == {"request": 1, "response": 1}
    assert "  withheld parts 1 request, 1 response" in report_lines("bundle.zip", report)
    assert report.lines[Check.PARTS].detail.endswith(
        "1 request withheld by an event, 1 response withheld by an event"
    )


_GONE = {"original", "request", "response"}


def test_what_an_event_withholds_is_marked_in_views_and_scores_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive)
    record(archive, RUN, withheld(ANSWER), withheld(ANSWER + 1, "score"), SEALED)
    path = tmp_path / "bundle.zip"
    export(archive, path)
    first = json.loads(member_of(path, "results.jsonl").splitlines()[0])
    answer, score = stored(archive)[ANSWER - 1 : ANSWER + 1]
    assert first["response"] == {"withheld": answer.event.parts["response"]}
    assert first["score"] == {"withheld": score.event.parts["score"]}
    with archive.replayer(key(archive)) as replayer:
        state = replayer.state(Moment()).state
    with archive.read_model() as read_model:
        projected = read_model.summary(key(archive))
    assert isinstance(projected, dict)
    assert state["all"] == projected["all"]


def test_it_is_in_no_answer_about_the_item(archive: Archive) -> None:
    record_story(archive)
    record(archive, RUN, withheld(ANSWER))
    with archive.read_model() as read_model:
        details = ItemDetails(archive.store, read_model, archive.signer.origin)
        (answer,) = details.events(key(archive), [ANSWER])
    assert {part.kind: (part.status, part.value is None) for part in answer.parts} == {
        "request": ("disclosed", False),
        "response": ("withheld", True),
    }
    assert "response" in stored(archive)[ANSWER - 1].parts, "the archive still has it"


def test_withholding_since_the_seal_must_be_sealed(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    record(archive, RUN, withheld(ANSWER))
    with pytest.raises(Refused, match="withheld"):
        export(archive, tmp_path / "bundle.zip")
    assert not (tmp_path / "bundle.zip").exists()


def test_a_part_may_be_withheld_again_and_then_be_erased(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    original: Members = {"type": "part.erased", "target": 1, "kind": "original"}
    erased: Members = {"type": "part.erased", "target": ANSWER, "kind": "response"}
    record(archive, RUN, withheld(ANSWER), withheld(ANSWER), original, erased, SEALED)
    manifest = export(archive, tmp_path / "bundle.zip").manifest
    assert manifest.erased == {"original": 1, "response": 1}
    assert manifest.withheld_parts == {}
    assert verify_file(tmp_path / "bundle.zip", Policy()).verified


@pytest.mark.parametrize(
    ("version", "kind", "expected"),
    [
        (ANSWER, "answer", "a part that version 6 has: request, response"),
        (900, "score", "an earlier version"),
    ],
)
def test_what_is_not_there_is_not_withheld(
    archive: Archive, version: int, kind: str, expected: str
) -> None:
    record_story(archive)
    before = archive.store.version(key(archive))
    with pytest.raises(Refused) as refused:
        record(archive, RUN, withheld(version, kind))
    assert expected in refused.value.expected
    assert archive.store.version(key(archive)) == before


def test_a_part_can_be_withheld_in_the_batch_that_records_it(
    archive: Archive, tmp_path: Path
) -> None:
    rows = [registered("capitals"), added(0), withheld(2, "question"), FROZEN, SEALED]
    record(archive, DATASET, *rows)
    assert export(archive, tmp_path / "a.zip", DATASET).manifest.withheld_parts == {"question": 1}


def test_a_mirror_leaves_again_with_the_same_bytes(
    archive: Archive, archives: Archives, tmp_path: Path
) -> None:
    record_story(archive)
    export(archive, tmp_path / "before.zip")
    record(archive, RUN, withheld(ANSWER), SEALED)
    export(archive, tmp_path / "after.zip")
    thin, full = archives("thin"), archives("full")
    for theirs, came in ((thin, ["after"]), (full, ["before", "after"])):
        for name in came:
            take(theirs, tmp_path / f"{name}.zip")
        again = tmp_path / f"again-{len(came)}.zip"
        export(theirs, again, key(archive))
        assert again.read_bytes() == (tmp_path / "after.zip").read_bytes()
    changes = take(thin, tmp_path / "before.zip")
    assert Change.SAME in changes
