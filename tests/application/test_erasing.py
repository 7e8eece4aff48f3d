"""Erasing: the content is gone from every file, nothing else is; holds and copies are minded."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from application.erasing import left_out_since
from application.ports import StreamKey
from application.record import Recorder
from domain.canonical import Json
from domain.errors import Conflict, Eval752Error, InvalidInput, Refused
from interface.bootstrap.archive import Archive
from tests.application.conftest import Archives
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    RUN,
    SEALED,
    STARTED,
    Members,
    actions,
    added,
    answered,
    begin_run,
    export,
    key,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
    stored,
    take,
    with_asset,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SECRET = "sk-5ec2e7-" + "0f1e2d3c4b5a" * 4
ORIGINAL: Json = {"name": "log.json", "media_type": "application/json"}
MAGIC = b"\x28\xb5\x2f\xfd"


def erased(version: int, kind: str = "response", **more: Json) -> Members:
    return {"type": "part.erased", "target": version, "kind": kind, **more}


def _all_bytes(folder: Path) -> Iterator[bytes]:
    """What somebody finds who carves the files: their bytes, and whatever unpacks in them."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield data
            yield from _unpacked(data)


def _unpacked(data: bytes) -> Iterator[bytes]:
    at = data.find(MAGIC)
    while at >= 0:
        with suppress(zstd.ZstdError):
            yield zstd.ZstdDecompressor().decompress(data[at:])
        at = data.find(MAGIC, at + 1)


def _finds(folder: Path, content: str) -> bool:
    return any(content.encode() in data for data in _all_bytes(folder))


def _with_secret(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0), answered(1, f"It is {SECRET}."), answered(2))


def test_erased_content_is_in_no_file_any_more(archive: Archive) -> None:
    _with_secret(archive)
    assert _finds(archive.folder, SECRET)
    record(archive, RUN, erased(6), erased(7, "score"))
    assert not _finds(archive.folder, SECRET)
    record(archive, RUN, COMPLETED, SEALED)
    assert not _finds(archive.folder, SECRET)


def test_nothing_else_goes_with_it(archive: Archive) -> None:
    _with_secret(archive)
    before = stored(archive)
    record(archive, RUN, erased(6))
    after = stored(archive)
    assert [s.line for s in after[:-1]] == [s.line for s in before]
    for old, new in zip(before, after, strict=False):
        left = {k: v for k, v in old.parts.items() if (old.event.version, k) != (6, "response")}
        assert new.parts == left


def test_names_of_sections_and_items_go_with_the_item(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0, id=SECRET, section=f"ward {SECRET}"))
    assert _finds(archive.folder, SECRET)
    record(archive, DATASET, erased(2, "item"))
    assert not _finds(archive.folder, SECRET)
    record(archive, DATASET, added(1, section=f"ward {SECRET}"), added(2))
    assert [s.event.facts.get("section") for s in stored(archive, DATASET)[3:]] == [0, 1]
    assert not archive.store.items_by_outside(key(archive, DATASET), [SECRET])


NOT_THERE = {
    "version to come": (erased(9), Refused),
    "itself": (erased(6), Refused),
    "no such part": (erased(4, "answer"), Refused),
    "no parts at all": (erased(3, "response"), Refused),
    "no version": (erased(0), InvalidInput),
}


@pytest.mark.parametrize(("action", "error"), NOT_THERE.values(), ids=NOT_THERE)
def test_what_is_not_there_is_not_erased(
    archive: Archive, action: Members, error: type[Eval752Error]
) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    with pytest.raises(error, match="line 2"):
        record(archive, RUN, answered(1), action)
    assert archive.store.version(key(archive)) == 5


def test_a_part_is_erased_once(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    with pytest.raises(Refused, match=r"line 2: .*once"):
        record(archive, RUN, erased(4), erased(4))
    record(archive, RUN, erased(4), erased(4, "request"))
    with pytest.raises(Refused, match="line 1"):
        record(archive, RUN, erased(4))


def test_a_hold_forbids_erasure_until_all_holds_are_released(archive: Archive) -> None:
    hold: Members = {"type": "hold.placed", "annotation": "audit"}
    release: Members = {"type": "hold.released"}
    begin_run(archive)
    record(archive, RUN, answered(0), hold, hold)
    for refused in ([erased(4)], [release, erased(4)], [release, release, hold, erased(4)]):
        with pytest.raises(Refused, match="Release the hold"):
            record(archive, RUN, *refused)
    assert stored(archive)[3].parts.keys() == {"request", "response"}
    record(archive, RUN, release, release, erased(4))
    assert stored(archive)[3].parts.keys() == {"request"}


def test_an_asset_goes_with_its_last_part_and_all_of_them_together(archive: Archive) -> None:
    begin_run(archive)
    batch = actions(answered(0), answered(1), answered(2))
    name = with_asset(archive, batch[0], "request", SECRET.encode())
    for action in batch[1:]:
        with_asset(archive, action, "response", SECRET.encode())
    recorder = archive.recorder()
    recorder.record(RUN, batch)
    parts = (erased(4, "request"), erased(6), erased(8))
    for some in (parts[:1], parts[1:]):
        with pytest.raises(Refused, match=f"{name} in .*same batch"):
            record(archive, RUN, *some)
    assert archive.assets.holds(name)
    record(archive, RUN, *parts)
    assert not archive.assets.holds(name)
    assert not _finds(archive.folder, SECRET)


def test_an_asset_that_another_stream_holds_stays(archive: Archive) -> None:
    rows = actions(registered(), added(0), FROZEN)
    name = with_asset(archive, rows[1], "question", b"PNG")
    archive.recorder().record(DATASET, rows)
    run = actions(run_registered(CHOICE), STARTED, answered(0))
    with_asset(archive, run[2], "request", b"PNG")
    archive.recorder().record(RUN, run)
    record(archive, RUN, erased(3, "request"))
    assert archive.assets.holds(name)
    record(archive, DATASET, erased(2, "question"))
    assert not archive.assets.holds(name)


def test_the_original_file_goes_with_any_part(archive: Archive) -> None:
    record_dataset(archive)
    begin = actions({**run_registered(CHOICE), "original": ORIGINAL}, STARTED, answered(0))
    name = with_asset(archive, begin[0], "original", SECRET.encode())
    archive.recorder().record(RUN, begin)
    with pytest.raises(Refused, match="original of version 1"):
        record(archive, RUN, erased(3))
    record(archive, RUN, erased(3), erased(1, "original"))
    assert not archive.assets.holds(name)
    record(archive, RUN, erased(3, "request"))


def test_erasing_the_original_alone_is_allowed(archive: Archive) -> None:
    record_dataset(archive)
    record(archive, RUN, {**run_registered(), "original": ORIGINAL})
    record(archive, RUN, erased(1, "original"))
    assert stored(archive)[0].parts.keys() == {"config"}


def test_an_erasure_again_by_its_id_is_known(archive: Archive) -> None:
    begin_run(archive)
    again = erased(4, id=RUN[4:], annotation="a leaked key")
    record(archive, RUN, answered(0))
    record(archive, RUN, again)
    assert record(archive, RUN, again).known == 1
    with pytest.raises(Conflict):
        record(archive, RUN, {**again, "kind": "request"})


def test_the_recorder_at_hand_forgets_what_was_erased(archive: Archive) -> None:
    recorder: Recorder = archive.recorder()
    begin_run(archive)
    recorder.record(RUN, actions(answered(0, id=RUN[4:])))
    assert recorder.record(RUN, actions(answered(0, id=RUN[4:]))).known == 1
    recorder.record(RUN, actions(erased(4)))
    assert recorder.record(RUN, actions(answered(0, "?", id=RUN[4:]))).known == 1


def test_the_file_that_a_dataset_came_from_goes_first_with_its_run(archive: Archive) -> None:
    record_dataset(archive)
    record(archive, RUN, {**run_registered(), "original": ORIGINAL})
    of_item = erased(2, "question")
    with pytest.raises(Refused, match=f"original of version 1 of {RUN}"):
        record(archive, DATASET, of_item)
    record(archive, RUN, erased(1, "original"))
    record(archive, DATASET, of_item)


def test_what_others_send_keeps_nobody_from_erasing(
    archives: Archives, archive: Archive, tmp_path: Path
) -> None:
    theirs = archives("archive-b")
    record_dataset(archive)
    export(archive, tmp_path / "dataset.zip", DATASET)
    take(theirs, tmp_path / "dataset.zip")
    record(theirs, RUN, {**run_registered(), "original": ORIGINAL}, SEALED)
    export(theirs, tmp_path / "run.zip")
    take(archive, tmp_path / "run.zip")
    assert record(archive, DATASET, erased(2, "question")).recorded == 1


def test_what_was_left_out_behind_a_version_is_known(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    run = StreamKey(archive.signer.origin, RUN)
    version = archive.store.version(run)
    assert not left_out_since(archive.store, run, 0)
    for kind in ("part.withheld", "part.erased"):
        record(archive, RUN, {"type": kind, "target": 4, "kind": "response"})
        assert left_out_since(archive.store, run, version)
        version = archive.store.version(run)
        assert not left_out_since(archive.store, run, version)
        record(archive, RUN, {"type": "run.annotated", "annotation": "later"})
        assert not left_out_since(archive.store, run, version)
        version += 1
    assert left_out_since(archive.store, run, 3)
