"""Archives as they are opened: one writer, one identity for ever, and nothing made by reading."""

from pathlib import Path

import pytest

from domain.errors import ArchiveDamaged, InvalidInput, NotFound, Refused
from infrastructure.signing.keys import FILE
from interface.bootstrap.opening import open_archive
from tests.archives import (
    DATASET,
    added,
    keep_identity,
    record,
    registered,
    stored,
    types,
)


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
