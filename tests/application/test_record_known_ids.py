"""An id that was given before: the same action is known, any other is a conflict."""

import pytest

from domain.errors import Conflict
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    PLANNED,
    RUN,
    STARTED,
    Members,
    actions,
    answered,
    begin_run,
    record,
    run_registered,
    types,
)


def _id(number: int) -> str:
    return f"{number:08x}-0000-7000-8000-000000000000"


def test_the_same_ids_again_are_the_same_answer_and_nothing_more(archive: Archive) -> None:
    begin_run(archive)
    batch = [answered(number, id=_id(number)) for number in range(3)]
    recorder = archive.recorder()
    first = recorder.record(RUN, actions(*batch))
    position = archive.store.position()
    again = recorder.record(RUN, actions(*batch))
    assert (again.version, again.recorded, again.known) == (first.version, 0, 3)
    assert record(archive, RUN, *batch) == again
    assert archive.store.position() == position


def test_a_batch_that_is_partly_known_goes_on_where_it_stopped(archive: Archive) -> None:
    begin_run(archive)
    batch = [answered(number, id=_id(number)) for number in range(3)]
    record(archive, RUN, *batch[:2])
    receipt = record(archive, RUN, *batch)
    assert (receipt.recorded, receipt.known, receipt.version) == (2, 2, 9)
    assert types(archive).count("item.answered") == 3


def test_an_id_twice_in_a_batch_is_known_the_second_time(archive: Archive) -> None:
    begin_run(archive)
    receipt = record(archive, RUN, answered(0, id=_id(1)), answered(0, id=_id(1)))
    assert (receipt.recorded, receipt.known) == (2, 1)
    with pytest.raises(Conflict, match="line 2, id"):
        record(archive, RUN, answered(1, id=_id(2)), answered(2, id=_id(2)))


DIFFERENT: list[Members] = [
    answered(1),
    answered(0, "It is Oslo."),
    answered(0, latency_ms=7),
    answered(0, tokens_in=7),
    answered(0, epoch=2),
    {**answered(0), "request": None},
    {"type": "item.failed", "item": "q-0", "error": "E"},
    {k: v for k, v in answered(0).items() if k != "request"},
]


@pytest.mark.parametrize("other", DIFFERENT)
def test_a_known_id_with_other_content_is_a_conflict(archive: Archive, other: Members) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0, id=_id(0)))
    position = archive.store.position()
    with pytest.raises(Conflict, match="line 2, id") as problem:
        record(archive, RUN, answered(2), {**other, "id": _id(0)})
    assert "version 4" in problem.value.expected
    assert archive.store.position() == position


def test_a_known_id_in_another_stream_is_a_conflict(archive: Archive) -> None:
    begin_run(archive)
    other = f"{RUN[:-1]}b"
    record(archive, other, run_registered(CHOICE), PLANNED, STARTED)
    record(archive, RUN, answered(0, id=_id(0)))
    with pytest.raises(Conflict, match="in another stream") as conflict:
        record(archive, other, answered(0, id=_id(0)))
    assert RUN not in str(conflict.value)  # only who may read it may know which


def test_a_known_action_is_compared_by_what_its_names_mean(archive: Archive) -> None:
    begin_run(archive)
    by_name: Members = {
        "type": "item.scored",
        "item": "q-0",
        "scorer": "choice",
        "score": {"value": 1},
    }
    record(archive, RUN, answered(0, id=_id(0), score=False), {**by_name, "id": _id(1)})
    by_number = {**by_name, "item": 0, "scorer": 0, "id": _id(1)}
    receipt = record(archive, RUN, {**answered(0), "item": 0, "id": _id(0)}, by_number)
    assert (receipt.recorded, receipt.known) == (0, 2)
    with pytest.raises(Conflict):
        record(archive, RUN, {**by_name, "item": "q-1", "id": _id(1)})


def test_after_an_erasure_the_id_alone_decides(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0, id=_id(0)))
    record(archive, RUN, {"type": "part.erased", "kind": "response", "target": 4})
    assert record(archive, RUN, answered(0, "It is nothing.", id=_id(0))).known == 1
    with pytest.raises(Conflict):
        record(archive, RUN, answered(0, id=_id(0), latency_ms=1))
