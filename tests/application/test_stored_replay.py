from pathlib import Path

from application.replaying import Moment, Replayer
from application.stored_replay import stored_replay
from infrastructure.content.spool import FileSpool
from interface.bootstrap.archive import Archive
from tests import archives as made
from tests.archives import DATASET, RUN, key


def test_a_stored_run_replays_as_its_bundle_does(archive: Archive, tmp_path: Path) -> None:
    made.record_dataset(archive)
    made.record_run(archive)
    made.export(archive, tmp_path / "b.zip")
    with made.open_verified(tmp_path / "b.zip") as bundle:
        of_bundle = Replayer(bundle.members, frozenset())
        with stored_replay(archive.store, key(archive, RUN), FileSpool) as stored:
            for moment in (Moment(), Moment(version=4)):
                assert stored.state(moment) == of_bundle.state(moment)
                assert [*stored.events(moment)] == [*of_bundle.events(moment)]


def test_what_came_after_the_last_seal_is_replayed_as_well(archive: Archive) -> None:
    made.begin_run(archive)
    with stored_replay(archive.store, key(archive, RUN), FileSpool) as replayer:
        assert replayer.state(Moment()).state["status"] == "running"


def test_a_dataset_is_replayed_alone(archive: Archive) -> None:
    made.record_dataset(archive)
    with stored_replay(archive.store, key(archive, DATASET), FileSpool) as replayer:
        assert {event.stream for event in replayer.events(Moment())} == {DATASET}
