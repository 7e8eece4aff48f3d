"""Mirrors: what comes in once, longer, shorter, fuller, or with erasures."""

from pathlib import Path
from typing import Any

import pytest

from application.importing import Change
from application.ports import StreamKey
from domain.bundle.parts import assets_of
from domain.errors import Refused, StorageFull
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.writer import BundleWriter
from interface.bootstrap.archive import Archive
from tests.application.conftest import Archives
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    RUN,
    SEALED,
    STARTED,
    Members,
    answered,
    begin_run,
    export,
    record,
    record_dataset,
    run_registered,
    snapshot,
    stored,
    take,
)

SAME, NEW, EXTENDED, FULLER = Change.SAME, Change.NEW, Change.EXTENDED, Change.FULLER
THEIRS = StreamKey("archive-b", RUN)
THEIR_DATASET = StreamKey("archive-b", DATASET)
NOTE: Members = {"type": "run.annotated", "annotation": "later"}


def _held(archive: Archive, key: StreamKey = THEIRS) -> dict[tuple[int, str], bytes]:
    return {(s.event.version, k): p for s in stored(archive, key) for k, p in s.parts.items()}


def test_the_same_bundle_again_changes_nothing(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "bundle.zip")
    assert take(archive, tmp_path / "bundle.zip") == [NEW, NEW]
    before = snapshot(archive)
    assert take(archive, tmp_path / "bundle.zip") == [SAME, SAME]
    assert snapshot(archive) == before


def test_a_mirror_is_the_stream_itself(archive: Archive, theirs: Archive, tmp_path: Path) -> None:
    export(theirs, tmp_path / "bundle.zip")
    take(archive, tmp_path / "bundle.zip")
    for of in (THEIRS, THEIR_DATASET):
        assert stored(archive, of) == stored(theirs, of)
        assert archive.store.state(of) == theirs.store.state(of)
    for epoch in (1, 2):
        assert archive.store.chunk(THEIRS, epoch, 0) == theirs.store.chunk(THEIRS, epoch, 0)
    for name in _assets(theirs):
        assert b"".join(archive.assets.chunks(name)) == b"".join(theirs.assets.chunks(name))
        for of in (THEIRS, THEIR_DATASET):
            assert archive.store.asset_holders(of, name) == theirs.store.asset_holders(of, name)


def _assets(archive: Archive) -> set[str]:
    held = (line for of in (THEIRS, THEIR_DATASET) for line in _held(archive, of).values())
    return {name for line in held for name in assets_of(line)}


def test_each_import_that_changes_something_is_told_once(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    exported = export(theirs, tmp_path / "bundle.zip")
    less = export(theirs, tmp_path / "less.zip", withhold=["response"])
    for name in ("less.zip", "less.zip", "bundle.zip", "bundle.zip", "less.zip"):
        take(archive, tmp_path / name)
    imported = [s.event.facts for s in stored(archive, "archive")[1:]]
    end = exported.manifest.streams[1]
    about = {"root": end.root, "size": end.size, "source": "archive-b", "stream": RUN}
    assert imported == [{**about, "digest": bundle.digest} for bundle in (less, exported)]


def test_a_longer_bundle_extends_the_mirror_and_a_shorter_one_is_already_here(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "short.zip")
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "long.zip")
    take(archive, tmp_path / "short.zip")
    assert take(archive, tmp_path / "long.zip") == [SAME, EXTENDED]
    assert stored(archive, THEIRS) == stored(theirs)
    assert archive.store.state(THEIRS) == theirs.store.state(THEIRS)
    before = snapshot(archive)
    assert take(archive, tmp_path / "short.zip") == [SAME, SAME]
    assert snapshot(archive) == before
    export(archive, tmp_path / "again.zip", THEIRS)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "long.zip").read_bytes()


def test_the_longer_one_first_is_the_same_in_the_end(
    archives: Archives, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "1.zip")
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "2.zip")
    record(theirs, DATASET, {"type": "hold.placed"}, SEALED)
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "3.zip")
    ends = []
    for number, order in enumerate(("123", "321", "213", "3")):
        archive = archives(f"reader-{number}")
        for name in order:
            take(archive, tmp_path / f"{name}.zip")
        export(archive, tmp_path / f"end-{number}.zip", THEIRS)
        ends.append((tmp_path / f"end-{number}.zip").read_bytes())
    assert set(ends) == {(tmp_path / "3.zip").read_bytes()}


def test_a_fuller_bundle_adds_content_with_all_that_it_tells(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "less.zip", withhold=["item", "question", "response"])
    export(theirs, tmp_path / "full.zip")
    take(archive, tmp_path / "less.zip")
    assert not archive.store.items_by_outside(THEIR_DATASET, ["q-1"])
    assert take(archive, tmp_path / "full.zip") == [FULLER, FULLER]
    assert stored(archive, THEIRS) == stored(theirs)
    assert archive.store.items_by_outside(THEIR_DATASET, ["q-1"])["q-1"].item == 1
    for name in _assets(theirs):
        assert archive.assets.holds(name)
        assert archive.store.asset_is_held(name)
    export(archive, tmp_path / "again.zip", THEIRS)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "full.zip").read_bytes()


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_of_two_bundles_the_union_is_disclosed(
    archive: Archive, theirs: Archive, tmp_path: Path, order: str
) -> None:
    export(theirs, tmp_path / "a.zip", withhold=["question", "score"])
    export(theirs, tmp_path / "b.zip", withhold=["response", "score"])
    first, second = (tmp_path / f"{name}.zip" for name in order)
    take(archive, first)
    assert FULLER in take(archive, second)
    before = snapshot(archive)
    assert take(archive, first) == take(archive, second) == [SAME, SAME]
    assert snapshot(archive) == before
    union = export(archive, tmp_path / "union.zip", THEIRS)
    assert union.manifest.withheld.keys() == {"original", "score"}
    direct = export(theirs, tmp_path / "direct.zip", withhold=["score"])
    assert union.digest == direct.digest


def test_a_longer_bundle_may_be_fuller_here_and_thinner_there(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "short.zip", withhold=["question"])
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "long.zip", withhold=["annotation"])
    take(archive, tmp_path / "short.zip")
    assert take(archive, tmp_path / "long.zip") == [FULLER, EXTENDED]
    held, theirs_held = _held(archive), _held(theirs)
    assert theirs_held.keys() - held.keys() == {(1, "original"), (26, "annotation")}
    assert held.items() <= theirs_held.items()
    union = export(archive, tmp_path / "union.zip", THEIRS)
    assert union.manifest.withheld == {"annotation": 4, "original": 1}


@pytest.mark.parametrize("done", [0, 1])
def test_content_that_an_import_did_not_come_to_is_added_by_the_next(
    archive: Archive, theirs: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    export(theirs, tmp_path / "less.zip", withhold=["question", "response"])
    record(theirs, DATASET, {"type": "hold.placed"}, SEALED)
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "full.zip")
    take(archive, tmp_path / "less.zip")
    disclose, times = archive.store.disclose, iter([True] * done + [False])

    def cut_off(*given: Any) -> None:
        if not next(times):
            raise StorageFull("disk", "room", "none")
        disclose(*given)

    with monkeypatch.context() as patched:
        patched.setattr(archive.store, "disclose", cut_off)
        with pytest.raises(StorageFull):
            take(archive, tmp_path / "full.zip")
    assert take(archive, tmp_path / "full.zip") == [(FULLER, SAME)[done], FULLER]
    export(archive, tmp_path / "again.zip", THEIRS)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "full.zip").read_bytes()


def test_a_shorter_bundle_is_fuller_only_where_it_covers_a_whole_page(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "short.zip")
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "long.zip", withhold=["response"])
    take(archive, tmp_path / "long.zip")
    before = _held(archive)
    assert take(archive, tmp_path / "short.zip") == [FULLER, SAME]
    assert _held(archive) == before


def test_a_mirror_is_not_recorded_into(archive: Archive, theirs: Archive, tmp_path: Path) -> None:
    export(theirs, tmp_path / "bundle.zip")
    take(archive, tmp_path / "bundle.zip")
    with pytest.raises(Refused, match="new"):
        record(archive, RUN, NOTE)
    assert stored(archive, THEIRS) == stored(theirs)


def test_a_run_that_was_given_up_halfway_comes_in_too(
    archives: Archives, archive: Archive, tmp_path: Path
) -> None:
    theirs = archives("archive-c")
    begin_run(theirs)
    record(theirs, RUN, answered(0), {"type": "run.canceled"}, SEALED)
    export(theirs, tmp_path / "bundle.zip")
    assert take(archive, tmp_path / "bundle.zip") == [NEW, NEW]


def test_a_bundle_without_a_signature_leaves_with_ours(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    exported = export(theirs, tmp_path / "signed.zip")
    with open_bundle(tmp_path / "signed.zip") as members, BundleWriter(tmp_path / "x.zip") as sink:
        for name in members.names():
            if not name.startswith("proof/"):
                sink.copy(name, members.chunks(name))
    take(archive, tmp_path / "x.zip")
    again = export(archive, tmp_path / "again.zip", THEIRS)
    assert (again.digest, again.manifest) == (exported.digest, exported.manifest)
    with open_bundle(tmp_path / "again.zip") as members:
        assert b"".join(members.chunks("proof/keys")) == f"{again.key}\n".encode()
    assert again.key.startswith("archive-a+")


def test_many_pages_are_mirrored_extended_and_filled(
    archives: Archives, archive: Archive, tmp_path: Path
) -> None:
    theirs = archives("archive-b")
    items = 510
    record_dataset(theirs, items)
    answers = map(answered, range(items))
    record(theirs, RUN, run_registered(CHOICE), STARTED, *answers, COMPLETED, SEALED)
    export(theirs, tmp_path / "short.zip", withhold=["response"])
    record(theirs, RUN, NOTE, SEALED)
    export(theirs, tmp_path / "long.zip", withhold=["request"])
    export(theirs, tmp_path / "full.zip")
    take(archive, tmp_path / "short.zip")
    assert take(archive, tmp_path / "long.zip") == [FULLER, EXTENDED]
    assert _held(archive) == _held(theirs)
    take(archive, tmp_path / "full.zip")
    export(archive, tmp_path / "again.zip", THEIRS)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "full.zip").read_bytes()
