"""Archives as they are opened: one writer, one identity for ever, and nothing made by reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.importing import Change
from application.ports import StreamKey
from domain.errors import ArchiveDamaged, Eval752Error, InvalidInput, NotFound, Refused
from domain.verification.policy import Policy
from infrastructure.signing.keys import FILE
from interface.bootstrap import Archive, ExportOptions, open_archive
from interface.verifying import verify_file
from tests.archives import (
    DATASET,
    RUN,
    added,
    export,
    keep_identity,
    key,
    open_fixed,
    open_verified,
    record,
    registered,
    stored,
    types,
)
from tests.story import record_story


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with a story."""
    with open_fixed(tmp_path / "archive", "archive-a") as archive:
        record_story(archive)
        yield archive


def _export(
    archive: Archive, target: Path, *, deflated: bool = False, overwrite: bool = False
) -> str:
    options = ExportOptions(deflated=deflated, overwrite=overwrite)
    return archive.export(key(archive), target, options, lambda _: None).digest


def test_an_archive_is_made_once_and_stays_who_it_is(tmp_path: Path) -> None:
    origins = set()
    for _ in range(2):
        with open_archive(tmp_path / "a" / "b", writable=True) as archive:
            origins.add((archive.signer.origin, archive.signer.public_key))
            assert types(archive, "archive") == ["archive.created"]
    assert len(origins) == 1
    with open_archive(tmp_path / "c", writable=True) as other:
        assert other.signer.origin not in {origin for origin, _ in origins}


def test_nothing_is_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(NotFound), open_archive(tmp_path / "a", writable=False):
        pass
    assert not (tmp_path / "a").exists()


def test_one_process_writes_and_others_read_meanwhile(tmp_path: Path) -> None:
    with open_archive(tmp_path, writable=True) as writer:
        with pytest.raises(Refused, match="no other writer"), open_archive(tmp_path, writable=True):
            pass
        with open_archive(tmp_path, writable=False) as reader:
            record(writer, DATASET, registered())
            assert types(reader, DATASET) == ["dataset.registered"]
            with pytest.raises(Refused):
                record(reader, DATASET, added(0))
    with open_archive(tmp_path, writable=True) as writer:
        assert record(writer, DATASET, added(0)).version == 2


def test_an_actor_that_is_none_leaves_no_lock_behind(tmp_path: Path) -> None:
    with (
        pytest.raises(InvalidInput, match="actor"),
        open_archive(tmp_path, writable=True, actor="Jane Doe"),
    ):
        pass
    with open_archive(tmp_path, writable=True, actor="authenticated:7f") as archive:
        assert stored(archive, "archive")[0].event.actor == "authenticated:7f"


@pytest.mark.parametrize("writable", [True, False])
def test_an_archive_whose_identity_is_gone_gets_no_other(tmp_path: Path, writable: bool) -> None:
    with open_archive(tmp_path, writable=True):
        pass
    identity = tmp_path / "identity" / FILE
    sound = identity.read_bytes()
    identity.unlink()
    with (
        pytest.raises(ArchiveDamaged, match="begin anew"),
        open_archive(tmp_path, writable=writable),
    ):
        pass
    assert not identity.exists()
    keep_identity(tmp_path, "archive-b")
    with pytest.raises(Refused, match="archive-b"), open_archive(tmp_path, writable=writable):
        pass
    identity.write_bytes(sound)
    with open_archive(tmp_path, writable=writable) as archive:
        assert len(archive.store.streams()) == 1


def test_an_archive_that_was_made_halfway_is_made_to_the_end(tmp_path: Path) -> None:
    with open_archive(tmp_path / "whole", writable=True):
        pass
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "events.sqlite3").touch()
    with open_archive(tmp_path / "half", writable=True) as archive:
        assert types(archive, "archive") == ["archive.created"]


def test_an_export_is_told_before_it_leaves(archive: Archive, tmp_path: Path) -> None:
    digest = _export(archive, tmp_path / "bundle.zip")
    facts = stored(archive, "archive")[-1].event.facts
    assert (facts["digest"], facts["stream"], facts["size"]) == (digest, RUN, 25)
    assert verify_file(tmp_path / "bundle.zip", Policy(digest=digest)).verified


def test_a_file_that_is_there_is_replaced_only_on_demand(archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "bundle.zip"
    target.write_bytes(b"precious")
    for deflated in (True, False):
        with pytest.raises(Refused, match="overwrite"):
            _export(archive, target, deflated=deflated)
        assert target.read_bytes() == b"precious"
    assert types(archive, "archive") == ["archive.created"]
    assert _export(archive, target, overwrite=True) == _export(
        archive, target, overwrite=True, deflated=True
    )
    assert {*tmp_path.iterdir()} == {archive.folder, target}


@pytest.mark.parametrize("deflated", [False, True])
def test_an_export_that_fails_leaves_nothing(
    archive: Archive, tmp_path: Path, deflated: bool
) -> None:
    next((archive.folder / "assets").rglob("*.png")).write_bytes(b"rotten")
    with pytest.raises(Eval752Error):
        _export(archive, tmp_path / "bundle.zip", deflated=deflated)
    with pytest.raises(Eval752Error):
        _export(archive, tmp_path / "no" / "folder" / "bundle.zip", deflated=deflated)
    assert [*tmp_path.iterdir()] == [archive.folder]
    assert types(archive, "archive") == ["archive.created"]


def test_what_is_taken_in_shows_in_the_read_model_at_once(archive: Archive, tmp_path: Path) -> None:
    export(archive, tmp_path / "less.zip", withhold=["response", "score"])
    export(archive, tmp_path / "full.zip")
    theirs = StreamKey("archive-a", RUN)
    summaries = []
    with open_fixed(tmp_path / "reader", "archive-b") as reader:
        for name, change in (("less.zip", Change.NEW), ("full.zip", Change.FULLER)):
            with open_verified(tmp_path / name) as bundle:
                assert {c for _, c in reader.take_in(bundle).changes} == {change}
            with reader.read_model() as read_model:
                summaries.append(read_model.summary(theirs))
    with archive.read_model() as read_model:
        assert read_model.summary(theirs) == summaries[1] != summaries[0]


def test_read_models_are_rebuilt_from_nothing(archive: Archive) -> None:
    with archive.read_model() as read_model:
        before = read_model.summary(key(archive))
    archive.rebuild()
    with archive.read_model() as read_model:
        assert read_model.summary(key(archive)) == before
