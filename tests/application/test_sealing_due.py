"""What has to be sealed before a bundle can leave is what the export refuses for, and no more."""

import pytest

from application.ports import StreamKey
from application.sealing_due import sealing_due
from domain.errors import Refused
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    added,
    answered,
    key,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
)

ERASED: Members = {"type": "part.erased", "target": 4, "kind": "response"}
WITHHELD: Members = {"type": "part.withheld", "target": 1, "kind": "config"}
QUESTION: Members = {"type": "part.erased", "target": 2, "kind": "question"}


def due(archive: Archive) -> list[str]:
    """The streams that are due, after a look whether the export agrees."""
    with archive.read_model() as read_model:
        found = [each.stream for each in sealing_due(read_model, read_model.run(key(archive)))]
    if found:
        with pytest.raises(Refused, match=f"Seal it: eval752 seal {found[-1]}; at a service"):
            archive.exporter().extents(key(archive))
    else:
        assert archive.exporter().extents(key(archive))
    return found


def test_nothing_is_due_of_what_is_sealed_whatever_came_behind_it(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    assert due(archive) == []
    revised: Members = {"type": "score.revised", "item": 0, "scorer": 0, "score": {"value": 1}}
    record(archive, RUN, revised)
    assert due(archive) == []


@pytest.mark.parametrize("action", [ERASED, WITHHELD])
def test_a_run_is_due_from_what_it_leaves_out_until_it_is_sealed(
    archive: Archive, action: Members
) -> None:
    record_dataset(archive)
    record_run(archive)
    record(archive, RUN, action)
    assert due(archive) == [RUN]
    record(archive, RUN, SEALED)
    assert due(archive) == []


def test_its_dataset_is_due_likewise_and_first(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    record(archive, DATASET, QUESTION)
    assert due(archive) == [DATASET]
    record(archive, RUN, ERASED)
    assert due(archive) == [DATASET, RUN]


def test_what_was_never_sealed_is_due(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0), FROZEN)
    record(archive, RUN, run_registered(CHOICE), PLANNED, STARTED, answered(0), COMPLETED)
    assert due(archive) == [DATASET, RUN]


def test_how_to_seal_names_the_way_through_a_service(archive: Archive) -> None:
    record_dataset(archive)
    dataset = StreamKey(key(archive).origin, DATASET)
    record(archive, DATASET, QUESTION)
    with pytest.raises(Refused, match=f"POST /v1/datasets/{DATASET.partition('/')[2]}/seal"):
        archive.exporter().extents(dataset)
