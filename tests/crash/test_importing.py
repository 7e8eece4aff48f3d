"""Killed while importing: wholly here or not at all, and the same import again completes it.

When the archive is opened again, no asset is there that no part lists.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import NamedTuple

import pytest

from application.ports import StreamKey
from application.stored import StoredEvent
from tests.archives import (
    DATASET,
    RUN,
    SEALED,
    Members,
    export,
    left_over,
    open_fixed,
    record,
    stored,
    take,
)
from tests.crash import dying
from tests.crash.works import import_run
from tests.story import ERASED, record_story

THEIRS = [StreamKey("archive-a", stream) for stream in (DATASET, RUN)]


class Sent(NamedTuple):
    """Two bundles of the same streams, the second longer, fuller, with erasures; what it holds."""

    first: Path
    second: Path
    held: list[StoredEvent]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    folder = tmp_path_factory.mktemp("sent")
    first, second = folder / "first.zip", folder / "second.zip"
    with open_fixed(folder / "archive", "archive-a") as archive:
        record_story(archive)
        export(archive, first, withhold=["question", "score"])
        kinds = ((1, "original"), (5, "response"), (5, "request"))
        erasures: list[Members] = [{**ERASED, "target": t, "kind": k} for t, k in kinds]
        record(archive, RUN, *erasures, SEALED)
        export(archive, second)
        yield Sent(first, second, [s for of in THEIRS for s in stored(archive, of)])


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, sent: Sent) -> Path:
    """The folder of an archive that has imported the first bundle; to be copied."""
    folder = tmp_path_factory.mktemp("reader")
    import_run(folder / "archive", sent.first)
    return folder / "archive"


def _lines(folder: Path) -> list[bytes]:
    with open_fixed(folder, "archive-b") as archive:
        assert left_over(archive) == []
        return [s.line for of in THEIRS for s in stored(archive, of)]


def _check_in_the_end(folder: Path, sent: Sent, bundle: Path) -> None:
    """Import it again: all is there, and leaves as it came."""
    import_run(folder, bundle)
    with open_fixed(folder, "archive-b") as archive:
        export(archive, folder / "again.zip", THEIRS[1])
        assert (folder / "again.zip").read_bytes() == bundle.read_bytes()
        if bundle == sent.second:
            assert [s for of in THEIRS for s in stored(archive, of)] == sent.held
        before = archive.store.position()
        take(archive, bundle)
        assert archive.store.position() == before


COMMITS = [dying.before_commit, dying.within_commit, dying.after_commit]


def test_a_death_at_any_change_of_a_file_leaves_all_or_nothing(tmp_path: Path, sent: Sent) -> None:
    folders = (tmp_path / f"{number}" for number in count(1))
    died = 0
    for died, folder in enumerate(folders):
        if dying.survives(dying.at_change, died + 1, import_run, folder, sent.first):
            break
        assert len(_lines(folder)) in {0, 7 + 25}
        _check_in_the_end(folder, sent, sent.first)
    assert died >= 5


def test_a_longer_bundle_too_comes_in_wholly_or_not_at_all(
    tmp_path: Path, sent: Sent, reader: Path
) -> None:
    folders = (tmp_path / f"{number}" for number in count(1))
    died = 0
    for died, folder in enumerate(folders):
        copytree(reader, folder)
        if dying.survives(dying.at_change, died + 1, import_run, folder, sent.second):
            break
        assert len(_lines(folder)) in {7 + 25, 7 + 29}
        _check_in_the_end(folder, sent, sent.second)
    assert died >= 5


@pytest.mark.parametrize("fault", COMMITS)
def test_a_death_at_the_commit_leaves_all_or_nothing(
    tmp_path: Path, sent: Sent, reader: Path, fault: dying.Die
) -> None:
    folder = tmp_path / "archive"
    copytree(reader, folder)
    assert not dying.survives(fault, 1, import_run, folder, sent.second)
    assert len(_lines(folder)) == 7 + (29 if fault is dying.after_commit else 25)
    _check_in_the_end(folder, sent, sent.second)


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_a_kill_at_any_time_leaves_all_or_nothing(
    tmp_path: Path, sent: Sent, reader: Path, seconds: float
) -> None:
    folder = tmp_path / "archive"
    copytree(reader, folder)
    process = dying.CONTEXT.Process(target=import_run, args=(folder, sent.second))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    assert len(_lines(folder)) in {7 + 25, 7 + 29}
    _check_in_the_end(folder, sent, sent.second)


@pytest.mark.parametrize("fault", COMMITS)
def test_an_asset_whose_erasure_was_cut_short_does_not_stay(
    tmp_path: Path, sent: Sent, reader: Path, fault: dying.Die
) -> None:
    folder = tmp_path / "archive"
    copytree(reader, folder)
    assert not dying.survives(fault, 1, import_run, folder, sent.second)
    assert b"PNG of the response" in _assets(folder)
    with open_fixed(folder, "archive-b"):
        erased = fault is dying.after_commit
        assert (b"PNG of the response" in _assets(folder)) is not erased
    import_run(folder, sent.second)
    assert _assets(folder) == {b"PNG of the question", b"PNG of all"}


def _assets(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*.png")}
