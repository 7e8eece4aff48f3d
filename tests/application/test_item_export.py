"""One item of a run: proved by the log, verified by itself, and never more than was asked for."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from application.export import Exported
from application.ports import Page, StreamKey
from domain.bundle import layout
from domain.bundle.item_inclusion import read_inclusion
from domain.errors import ArchiveDamaged, EvidenceDamaged, InvalidInput, NotFound, Refused
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions
from interface.verifying import verify_file
from tests.altering import alter
from tests.application.conftest import Archives
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    answered,
    begin_run,
    export,
    key,
    member_of,
    names_in,
    record,
    record_dataset,
    record_run,
    run_registered,
    stored,
    take,
)
from tests.members import failed
from tests.story import marked, record_story


def prove(
    archive: Archive, path: Path, item: int = 0, *withhold: str, run: StreamKey | None = None
) -> Exported:
    """Write the bundle of one item."""
    with archive.read_model() as read_model:
        place = (run or key(archive), item)
        return BundleFiles(archive).export_item(read_model, place, path, ExportOptions(withhold))


def trusting(exported: Exported) -> Policy:
    return Policy(keys=[TrustedKey(VerifierKey.parse(exported.key))])


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "item.eval752.zip"


@pytest.mark.parametrize("item", range(4))
def test_every_item_verifies_by_the_key_of_the_archive(
    archive: Archive, target: Path, item: int
) -> None:
    record_story(archive, erase=True)
    report = verify_file(target, trusting(prove(archive, target, item)))
    assert failed(report) == []
    shown = {check for check, line in report.lines.items() if line.outcome is Outcome.PASSED}
    assert shown >= {Check.TREE, Check.PARTS, Check.SIGNATURE, Check.INCLUSION, Check.POLICY}
    assert {Check.STREAM, Check.COMPLETENESS, Check.REPLAY}.isdisjoint(shown)


def test_it_has_what_became_of_this_item_and_of_no_other(archive: Archive, target: Path) -> None:
    record_dataset(archive, 3)
    record_run(archive, 3)
    prove(archive, target, 1)
    content = member_of(target, layout.PARTS).decode()
    assert set(re.findall(r"country (\d)", content)) == {"1"}
    assert set(re.findall(r'"id":"q-(\d)"', content)) == {"1"}
    events = member_of(target, layout.EVENTS).decode()
    assert re.findall(r'"type":"([a-z._]+)"', events) == [
        "dataset.item_added",
        "run.registered",
        "item.answered",
        "item.scored",
        "stream.sealed",
    ]


def test_all_epochs_tries_and_revisions_are_in_it(archive: Archive, target: Path) -> None:
    record_story(archive)
    prove(archive, target, 0)
    lines = member_of(target, layout.EVENTS).splitlines()
    of_item = [
        line
        for event, line, _ in stored(archive)
        if event.facts.get("item") == 0 and event.type != "run.annotated"
    ]
    assert lines[2:-1] == of_item
    assert len({re.search(rb'"epoch":(\d+)', line)[0] for line in of_item}) == 2  # type: ignore[index]


def test_the_same_item_gives_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    prove(archive, tmp_path / "one.zip")
    record(archive, RUN, {"type": "run.annotated", "annotation": "later"})
    archive.log.checkpoint()
    prove(archive, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize("kind", ["question", "answer", "request", "response", "config", "item"])
def test_what_is_withheld_is_not_in_it(archive: Archive, target: Path, kind: str) -> None:
    record_story(archive)
    exported = prove(archive, target, 0, kind)
    assert marked(kind).encode() not in target.read_bytes()
    assert exported.manifest.withheld[kind] > 0
    assert failed(verify_file(target, trusting(exported))) == []


def test_the_original_file_never_goes_along(archive: Archive, target: Path) -> None:
    record_story(archive)
    exported = prove(archive, target)
    assert exported.manifest.withheld == {"original": 1}
    assert b"PNG of the original" not in target.read_bytes()
    assert b"PNG of the question" in target.read_bytes()


def test_what_was_erased_is_withheld(archive: Archive, target: Path) -> None:
    record_story(archive, erase=True)
    exported = prove(archive, target, 3)
    assert exported.manifest.withheld == {"original": 1, "request": 1, "response": 1}
    assert failed(verify_file(target, trusting(exported))) == []


def test_a_kind_that_is_none_is_refused(archive: Archive, target: Path) -> None:
    record_story(archive)
    with pytest.raises(InvalidInput, match="withhold: expected some of"):
        prove(archive, target, 0, "everything")
    assert not target.exists()


def test_a_run_that_is_not_sealed_is_refused_with_the_way_on(
    archive: Archive, target: Path
) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    with pytest.raises(Refused, match=f"Seal it: eval752 seal {RUN}"):
        prove(archive, target)


def test_an_item_that_is_not_there_is_not_found(archive: Archive, target: Path) -> None:
    record_dataset(archive, 3)
    record_run(archive, 3)
    with pytest.raises(NotFound, match=f"an item of {DATASET}"):
        prove(archive, target, 3)


def test_another_archives_run_is_proved_by_that_archive_alone(
    archives: Archives, tmp_path: Path, target: Path
) -> None:
    ours, theirs = archives("archive-a"), archives("archive-b")
    record_story(theirs)
    export(theirs, tmp_path / "theirs.zip")
    take(ours, tmp_path / "theirs.zip")
    with pytest.raises(Refused, match="expected a run of archive-a, found one of archive-b"):
        prove(ours, target, run=StreamKey("archive-b", RUN))


def test_a_run_over_another_archives_dataset_is_proved_in_that_datasets_tree(
    archives: Archives, tmp_path: Path, target: Path
) -> None:
    ours, theirs = archives("archive-a"), archives("archive-b")
    record_dataset(theirs, 5)
    export(theirs, tmp_path / "dataset.zip", DATASET, ["answer"])
    take(ours, tmp_path / "dataset.zip")
    unscored: Members = {**answered(4), "score": False}
    record(ours, RUN, run_registered(CHOICE), PLANNED, STARTED, unscored, COMPLETED, SEALED)
    exported = prove(ours, target, 4)
    report = verify_file(target, trusting(exported))
    assert failed(report) == []
    assert exported.manifest.withheld == {"answer": 1}
    assert exported.manifest.streams[0].origin == "archive-b"
    assert read_inclusion(member_of(target, layout.INCLUSION).splitlines()[0]).leaf == 4


def test_a_score_that_was_revised_after_the_seal_is_not_shown(
    archive: Archive, target: Path
) -> None:
    record_dataset(archive, 1)
    record_run(archive, 1)
    revised: Members = {
        "type": "score.revised",
        "item": "q-0",
        "scorer": "choice",
        "score": {"value": 0},
    }
    record(archive, RUN, revised)
    prove(archive, target)
    assert b"score.revised" not in member_of(target, layout.EVENTS)
    record(archive, RUN, SEALED)
    target.unlink()
    exported = prove(archive, target)
    assert b"score.revised" in member_of(target, layout.EVENTS)
    assert failed(verify_file(target, trusting(exported))) == []


def test_that_it_leaves_is_recorded(archive: Archive, target: Path) -> None:
    record_dataset(archive, 2)
    record_run(archive, 2)
    prove(archive, target, 1)
    last = stored(archive, "archive")[-1].event
    assert (last.type, last.facts["stream"], last.facts["item"]) == ("archive.disclosed", RUN, 1)


def test_nothing_is_there_where_content_is_lost(
    archive: Archive, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_dataset(archive, 1)
    record_run(archive, 1)
    pages = archive.store.pages

    def without_parts(of: StreamKey, after: int = 0, *, parts: bool = True) -> Iterator[Page]:
        return (page._replace(parts=()) for page in pages(of, after, parts=parts))

    monkeypatch.setattr(type(archive.store), "pages", lambda _, *a, **k: without_parts(*a, **k))
    with pytest.raises(ArchiveDamaged, match=r"expected part [0-9a-f]{64}, found nothing"):
        prove(archive, target)
    assert not target.exists()


def test_a_tree_of_items_that_the_run_does_not_name_is_damage_before_a_head_is_signed(
    archive: Archive, target: Path
) -> None:
    record_dataset(archive, 3)
    record_run(archive, 3)
    digest = stored(archive, DATASET)[3].event.parts["question"]
    alter(archive.folder, DATASET, digest.encode(), b"0" * 64)
    with pytest.raises(EvidenceDamaged, match=f"^{DATASET}: expected the items that {RUN} names"):
        prove(archive, target, 0)
    assert not target.exists()
    assert archive.log.head() is None


def test_an_altered_item_of_another_archives_dataset_is_damage_too(
    archives: Archives, tmp_path: Path, target: Path
) -> None:
    ours, theirs = archives("archive-a"), archives("archive-b")
    record_dataset(theirs, 3)
    export(theirs, tmp_path / "dataset.zip", DATASET)
    take(ours, tmp_path / "dataset.zip")
    record(ours, RUN, run_registered(CHOICE), PLANNED, STARTED, answered(0), COMPLETED, SEALED)
    ours.log.checkpoint()
    digest = stored(theirs, DATASET)[3].event.parts["question"]
    alter(ours.folder, DATASET, digest.encode(), b"0" * 64)
    with pytest.raises(EvidenceDamaged, match=f"^{DATASET}: expected the items that {RUN} names"):
        prove(ours, target, 0)
    assert not target.exists()


def test_the_members_are_those_of_the_format(archive: Archive, target: Path) -> None:
    record_story(archive)
    prove(archive, target, 1)
    asset = f"{sha256(b'PNG of all').hexdigest()}.png"
    assert names_in(target) == [
        layout.README,
        layout.EVENTS,
        layout.PARTS,
        layout.INCLUSION,
        layout.asset_member(asset),
        layout.MANIFEST,
        layout.SUMS,
        layout.NOTE,
        layout.KEYS,
        layout.SEAL_PROOF,
    ]
