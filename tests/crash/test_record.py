"""Killed while recording: what was acknowledged is there, nothing is half there, and it goes on."""

from contextlib import suppress
from pathlib import Path

import pytest

from application.unroll import Extent, Writers, survey, unroll
from domain.verification.policy import Policy
from interface.verifying import verify_file
from tests.archives import (
    export,
    key,
    open_fixed,
    stored,
    types,
)
from tests.crash import dying
from tests.crash.works import ITEMS, batches, open_only, prepare, record_all, record_and_tell

BATCHES = len(batches())


def _check(folder: Path, acknowledged: int) -> None:
    """What was acknowledged is there and whole, perhaps one batch more; and the rest can follow."""
    with open_fixed(folder, "archive-a") as archive:
        kept = [s.event for s in stored(archive)]
        extents = [Extent(key(archive), len(kept))]
        surveyed = survey(archive.store, extents, frozenset(), sealed=False)
        unroll(archive.store, extents, surveyed, _NOWHERE, lambda _: None)
        ends = _ends()
        assert len(kept) in ends[acknowledged : acknowledged + 2]
        assert [event.version for event in kept] == [*range(1, len(kept) + 1)]
    record_all(folder)
    with open_fixed(folder, "archive-a") as archive:
        assert [s.event for s in stored(archive)][: len(kept)] == kept
        assert types(archive).count("item.answered") == ITEMS
        assert len(stored(archive)) == ends[-1]
        export(archive, folder / "bundle.zip")
    assert verify_file(folder / "bundle.zip", Policy()).verified


_NOWHERE = Writers(lambda _: None, lambda _: None)


def _ends() -> list[int]:
    """The version at which each batch ends, and before all of them."""
    ends = [0]
    for batch in batches():
        scored = sum(line["type"] == "item.answered" for line in batch)
        ends.append(ends[-1] + len(batch) + scored)
    return ends


@pytest.mark.parametrize("fault", [dying.before_commit, dying.within_commit, dying.after_commit])
@pytest.mark.parametrize("number", [1, 5, BATCHES])
def test_a_death_at_a_commit_keeps_all_that_was_acknowledged(
    tmp_path: Path, fault: dying.Die, number: int
) -> None:
    prepare(tmp_path)
    assert not dying.survives(fault, number, record_all, tmp_path)
    _check(tmp_path, number - 1 + (fault is dying.after_commit))


@pytest.mark.parametrize("acknowledged", [0, 1, 4, BATCHES - 1])
def test_a_kill_at_any_time_keeps_all_that_was_acknowledged(
    tmp_path: Path, acknowledged: int
) -> None:
    prepare(tmp_path)
    process, connection = dying.start(record_and_tell, tmp_path)
    while acknowledged and connection.recv() < acknowledged:
        pass
    process.kill()
    process.join()
    with suppress(EOFError):
        while connection.poll():
            acknowledged = connection.recv()
    _check(tmp_path, acknowledged)


def test_an_archive_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    for number in dying.deaths(dying.at_change, open_only, lambda n: [tmp_path / f"{n}"]):
        prepare(tmp_path / f"{number}")
        _check(tmp_path / f"{number}", 0)
