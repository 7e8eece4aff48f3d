import pytest

from application.finding import find_by_id, find_by_name
from application.ports import StreamKey
from application.record import Recorder
from domain.errors import Refused
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    FROZEN,
    RUN,
    actions,
    added,
    key,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
)

OTHER_RUN = "run/00000000-0000-7000-8000-00000000002b"


def found(archive: Archive, name: str) -> StreamKey | None:
    return find_by_id(archive.store, name, archive.signer.origin)


def named(archive: Archive, name: str) -> StreamKey | None:
    with archive.read_model() as read_model:
        return find_by_name(read_model, name)


@pytest.mark.parametrize("name", [RUN, RUN[4:]])
def test_a_stream_is_found_by_its_name_and_by_its_id(archive: Archive, name: str) -> None:
    record_dataset(archive)
    record_run(archive)
    assert found(archive, name) == key(archive, RUN)


def test_a_beginning_is_enough_where_only_one_begins_so(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    assert found(archive, RUN[:8]) == key(archive, RUN)
    assert found(archive, DATASET[8:-1]) == key(archive, DATASET)
    with pytest.raises(Refused, match=f"{DATASET}, {RUN}"):
        found(archive, RUN[4:12])


@pytest.mark.parametrize(
    "name", ["", "000", "run/", "archive", "capitals", "0000*", "0" * 37, "ffff"]
)
def test_what_is_no_beginning_of_an_id_finds_nothing(archive: Archive, name: str) -> None:
    record_dataset(archive)
    assert found(archive, name) is None


def test_the_archives_own_stream_goes_before_a_mirror_of_the_same_name(archive: Archive) -> None:
    record_dataset(archive)
    other = Recorder(archive.store, archive.assets, archive.clock, "archive-z", "claimed:x")
    other.record(DATASET, actions(registered()))
    assert len(archive.store.streams()) == 3
    assert found(archive, DATASET) == key(archive, DATASET)


def test_a_datasets_name_means_the_one_run_on_it_or_else_the_dataset(archive: Archive) -> None:
    record_dataset(archive)
    assert named(archive, "capitals") == key(archive, DATASET)
    record_run(archive)
    assert named(archive, "capitals") == key(archive, RUN)
    record(archive, OTHER_RUN, run_registered())
    with pytest.raises(Refused, match="Name one by its id"):
        named(archive, "capitals")
    assert named(archive, "Capitals") is None


def test_two_datasets_of_one_name_are_told(archive: Archive) -> None:
    for digit in "12":
        record(archive, DATASET[:-1] + digit, registered(), added(0), FROZEN)
    with pytest.raises(Refused, match="expected one run or dataset, found dataset/"):
        named(archive, "capitals")
