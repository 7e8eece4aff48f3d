import pytest

from application.rehearsal import rehearsal
from domain.errors import Refused
from interface.bootstrap import Archive
from tests import archives as made


def test_nothing_of_a_rehearsal_is_recorded(archive: Archive) -> None:
    position = archive.store.position()
    recorder = rehearsal(archive.recorder())
    rows = made.actions(made.registered(), made.added(0), made.FROZEN, made.SEALED)
    assert recorder.record(made.DATASET, rows).version == 4
    assert archive.store.position() == position


def test_a_rehearsal_goes_on_from_batch_to_batch(archive: Archive) -> None:
    recorder = rehearsal(archive.recorder())
    for line in (made.registered(), made.added(0), made.FROZEN, made.SEALED):
        recorder.record(made.DATASET, made.actions(line))
        recorder.close_stream(made.DATASET)
    begin = made.actions(made.run_registered(made.CHOICE), made.STARTED)
    recorder.record(made.RUN, begin)
    answer: made.Members = {"type": "item.answered", "item": 0, "response": {"text": "A"}}
    recorder.record(made.RUN, made.actions(answer))
    recorder.close_stream(made.RUN)
    with pytest.raises(Refused, match="already answered"):
        recorder.record(made.RUN, made.actions(answer))


def test_what_cannot_be_recorded_cannot_be_rehearsed(archive: Archive) -> None:
    recorder = rehearsal(archive.recorder())
    recorder.record(made.DATASET, made.actions(made.registered(), made.added(0)))
    with pytest.raises(Refused, match="an id that no other item has"):
        recorder.record(made.DATASET, made.actions(made.added(0)))
    with pytest.raises(Refused, match="a dataset that is frozen"):
        recorder.record(made.RUN, made.actions(made.run_registered()))
