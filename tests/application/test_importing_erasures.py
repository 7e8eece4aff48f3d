"""What is erased at the origin is erased here, and never comes back."""

from pathlib import Path

from application.importing import Change
from application.ports import StreamKey
from domain.bundle.parts import assets_of
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    RUN,
    SEALED,
    export,
    record,
    snapshot,
    stored,
    take,
)
from tests.story import ERASED

SAME, EXTENDED, FULLER = Change.SAME, Change.EXTENDED, Change.FULLER
THEIRS = StreamKey("archive-b", RUN)
THEIR_DATASET = StreamKey("archive-b", DATASET)


def _held(archive: Archive, key: StreamKey = THEIRS) -> dict[tuple[int, str], bytes]:
    return {(s.event.version, k): p for s in stored(archive, key) for k, p in s.parts.items()}


def test_what_was_erased_here_never_comes_back(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "before.zip")
    erase = [{**ERASED, "target": t, "kind": k} for t, k in ((1, "original"), (5, "response"))]
    record(theirs, RUN, *erase, SEALED)
    record(theirs, DATASET, {**ERASED, "target": 2, "kind": "item"}, SEALED)
    export(theirs, tmp_path / "after.zip", withhold=["question", "score"])
    take(archive, tmp_path / "after.zip")
    take(archive, tmp_path / "before.zip")
    export(theirs, tmp_path / "longer.zip")
    assert take(archive, tmp_path / "longer.zip") == [FULLER, FULLER]
    take(archive, tmp_path / "before.zip")
    assert stored(archive, THEIRS) == stored(theirs)
    assert not archive.store.items_by_outside(THEIR_DATASET, ["q-0"])


def test_an_extension_that_erases_erases_our_copy_with_its_assets(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    export(theirs, tmp_path / "before.zip")
    take(archive, tmp_path / "before.zip")
    (response,) = assets_of(_held(archive)[5, "response"])
    (request,) = assets_of(_held(archive)[5, "request"])
    kinds = ((1, "original"), (5, "response"), (5, "request"))
    record(theirs, RUN, *({**ERASED, "target": t, "kind": k} for t, k in kinds), SEALED)
    export(theirs, tmp_path / "after.zip")
    assert take(archive, tmp_path / "after.zip") == [SAME, EXTENDED]
    assert _held(archive) == _held(theirs)
    assert not archive.assets.holds(response)
    assert archive.assets.holds(request), "an item of the dataset lists the same"
    before = snapshot(archive)
    assert take(archive, tmp_path / "before.zip") == [SAME, SAME]
    assert snapshot(archive) == before
