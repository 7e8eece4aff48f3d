from application.sealing import seal
from interface.bootstrap.archive import Archive
from tests.archives import DATASET, FROZEN, RUN, added, begin_run, record, registered, types


def test_a_dataset_that_is_open_is_frozen_first(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0))
    receipt = seal(archive.recorder(), DATASET)
    assert receipt
    assert receipt.version == 4
    assert types(archive, DATASET)[2:] == ["dataset.frozen", "stream.sealed"]


def test_a_dataset_that_is_frozen_is_sealed(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0), FROZEN)
    assert seal(archive.recorder(), DATASET)
    assert types(archive, DATASET)[3:] == ["stream.sealed"]


def test_a_run_is_sealed_in_any_state(archive: Archive) -> None:
    begin_run(archive)
    assert seal(archive.recorder(), RUN)
    assert types(archive, RUN)[-1] == "stream.sealed"


def test_what_is_sealed_already_stays_as_it_is(archive: Archive) -> None:
    begin_run(archive)
    recorder = archive.recorder()
    assert seal(recorder, RUN)
    assert seal(recorder, RUN) is None
    record(archive, RUN, {"type": "run.annotated", "annotation": "late"})
    assert seal(archive.recorder(), RUN)
    assert types(archive, RUN)[-3:] == ["stream.sealed", "run.annotated", "stream.sealed"]
