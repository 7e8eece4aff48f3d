"""What diverges from what is here, or is ours alone, is refused, and nothing is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.importing import Change
from application.ports import StreamKey
from domain.errors import Conflict, Refused
from interface.bootstrap.archive import Archive
from tests.archives import (
    COMPLETED,
    DATASET,
    FROZEN,
    RUN,
    SEALED,
    STARTED,
    FixedClock,
    Members,
    actions,
    added,
    begin_run,
    export,
    key,
    open_fixed,
    record,
    registered,
    run_registered,
    snapshot,
    stored,
    take,
    with_asset,
)
from tests.story import record_story

SAME, NEW, EXTENDED = Change.SAME, Change.NEW, Change.EXTENDED
THEIRS = StreamKey("archive-b", RUN)
NOTE: Members = {"type": "run.annotated", "annotation": "later"}


@pytest.fixture
def forger(tmp_path: Path) -> Iterator[Archive]:
    """An archive that goes by the other one's name, and has recorded something else."""
    with open_fixed(tmp_path / "forger", "archive-b", FixedClock("forger")) as archive:
        yield archive


def test_a_bundle_that_diverges_is_refused_with_both_roots(
    archive: Archive, theirs: Archive, forger: Archive, tmp_path: Path
) -> None:
    record_story(forger)
    export(theirs, tmp_path / "theirs.zip")
    take(archive, tmp_path / "theirs.zip")
    end = export(forger, tmp_path / "forged.zip").manifest.streams[0]
    ours = export(theirs, tmp_path / "again.zip").manifest.streams[0]
    before = snapshot(archive)
    with pytest.raises(Conflict) as problem:
        take(archive, tmp_path / "forged.zip")
    assert end.root in problem.value.found
    assert ours.root in problem.value.expected
    assert snapshot(archive) == before


def test_nothing_is_kept_of_a_bundle_of_which_only_the_run_diverges(
    archive: Archive, theirs: Archive, forger: Archive, tmp_path: Path
) -> None:
    other = f"{DATASET[:-1]}6"
    rows = actions(registered("forged"), added(0), FROZEN, SEALED)
    with_asset(forger, rows[1], "question", b"PNG of a forger")
    forger.recorder().record(other, rows)
    record(forger, RUN, run_registered(dataset=other), STARTED, COMPLETED, SEALED)
    export(theirs, tmp_path / "theirs.zip")
    take(archive, tmp_path / "theirs.zip")
    export(forger, tmp_path / "forged.zip")
    before = snapshot(archive)
    with pytest.raises(Conflict, match=f"{RUN} of archive-b"):
        take(archive, tmp_path / "forged.zip")
    assert snapshot(archive) == before


def test_a_divergence_behind_a_common_beginning_is_found(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "theirs.zip")
    with open_fixed(tmp_path / "fork", "archive-b") as fork:
        record_story(fork)
        assert stored(fork) == stored(theirs)
        record(fork, RUN, NOTE, SEALED)
        export(fork, tmp_path / "fork.zip")
    record(theirs, RUN, {**NOTE, "annotation": "another"}, SEALED)
    export(theirs, tmp_path / "longer.zip")
    assert take(archive, tmp_path / "theirs.zip") == [NEW, NEW]
    assert take(archive, tmp_path / "fork.zip") == [SAME, EXTENDED]
    with pytest.raises(Conflict, match="over the first 27 events"):
        take(archive, tmp_path / "longer.zip")
    assert take(archive, tmp_path / "theirs.zip") == [SAME, SAME]


def test_our_own_bundle_is_already_here(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    export(archive, tmp_path / "own.zip")
    export(archive, tmp_path / "less.zip", withhold=["question"])
    record(archive, RUN, NOTE)
    before = snapshot(archive)
    for name in ("own.zip", "less.zip"):
        assert take(archive, tmp_path / name) == [SAME, SAME]
    assert snapshot(archive) == before


def test_nobody_else_records_in_our_name(theirs: Archive, forger: Archive, tmp_path: Path) -> None:
    other = RUN[:-1] + "b"
    begin_run(forger)
    record(forger, other, run_registered(), SEALED)
    export(forger, tmp_path / "forged.zip", other)
    before = snapshot(theirs)
    with pytest.raises(Conflict):
        take(theirs, tmp_path / "forged.zip")
    assert snapshot(theirs) == before
    with open_fixed(tmp_path / "empty", "archive-b") as empty:
        with pytest.raises(Refused, match="recorded itself"):
            take(empty, tmp_path / "forged.zip")
        assert empty.store.streams() == [key(empty, "archive")]


def test_nobody_else_goes_on_with_our_streams(theirs: Archive, tmp_path: Path) -> None:
    with open_fixed(tmp_path / "fork", "archive-b") as fork:
        record_story(fork)
        record(fork, RUN, NOTE, SEALED)
        export(fork, tmp_path / "longer.zip")
    before = snapshot(theirs)
    with pytest.raises(Refused, match="recorded itself"):
        take(theirs, tmp_path / "longer.zip")
    assert snapshot(theirs) == before
