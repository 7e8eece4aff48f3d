"""Assets that come with an import: those that no part lists in the end do not stay."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from application.importing import Change
from application.ports import Append
from domain.errors import StorageFull
from infrastructure.event_store.store import SqliteEventStore
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    FROZEN,
    RUN,
    SEALED,
    actions,
    added,
    export,
    left_over,
    open_fixed,
    record,
    registered,
    take,
    with_asset,
)
from tests.story import ERASED

SHARED = b"PNG of all"


def full(_: SqliteEventStore, appends: Sequence[Append]) -> None:
    raise StorageFull("the store", "room", f"no room for {len(appends)}", "Make room.")


def files(archive: Archive) -> set[bytes]:
    return {path.read_bytes() for path in (archive.folder / "assets").rglob("*.png")}


def record_shared(archive: Archive) -> None:
    rows = actions(registered(), added(0), FROZEN)
    with_asset(archive, rows[1], "question", SHARED)
    archive.recorder().record(DATASET, rows)


def test_assets_of_an_import_that_failed_do_not_stay_but_what_another_part_holds_does(
    archive: Archive, theirs: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_shared(archive)
    export(theirs, tmp_path / "bundle.zip")
    with monkeypatch.context() as patched:
        patched.setattr(SqliteEventStore, "commit", full)
        with pytest.raises(StorageFull):
            take(archive, tmp_path / "bundle.zip")
    assert files(archive) == {SHARED}
    take(archive, tmp_path / "bundle.zip")
    assert files(archive) == files(theirs)
    assert left_over(archive) == []


def test_what_was_noted_for_an_import_that_was_cut_short_goes_when_the_archive_is_opened(
    theirs: Archive, tmp_path: Path
) -> None:
    with open_fixed(tmp_path / "ours", "archive-a") as archive:
        record_shared(archive)
        cut = archive.assets.put([b"never committed"], "png")
        (held,) = (name for name in (tmp_path / "ours").rglob("*.png") if name.name != cut)
        archive.assets.doom([cut, held.name])
        (tmp_path / "ours/assets/incoming/half").write_bytes(b"half wri")
        (tmp_path / "ours/assets/.new-note").write_bytes(b"half a no")
    with open_fixed(tmp_path / "ours", "archive-a") as archive:
        assert files(archive) == {SHARED}
        assert left_over(archive) == []


def test_an_asset_of_a_part_that_was_erased_here_does_not_come_back_with_a_fuller_bundle(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "fuller.zip")
    export(theirs, tmp_path / "first.zip", withhold=["question"])
    kinds = ((1, "original"), (5, "response"))
    record(theirs, RUN, *({**ERASED, "target": t, "kind": k} for t, k in kinds), SEALED)
    export(theirs, tmp_path / "erased.zip", withhold=["question"])
    take(archive, tmp_path / "first.zip")
    assert b"PNG of the response" in files(archive)
    take(archive, tmp_path / "erased.zip")
    assert take(archive, tmp_path / "fuller.zip") == [Change.FULLER, Change.FULLER]
    assert b"PNG of the response" not in files(archive)
    assert left_over(archive) == []
