"""Readers see what was committed before they asked."""

from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from application.following import Follower
from application.read_model import ReadModel
from domain.errors import ArchiveDamaged, EvidenceDamaged, Refused
from interface.bootstrap.archive import Archive
from tests.archives import RUN, answered, begin_run, key, record


@pytest.fixture
def read_model(archive: Archive) -> Iterator[ReadModel]:
    with archive.tables() as read_model:
        yield read_model


def test_what_was_committed_can_be_read(archive: Archive, read_model: ReadModel) -> None:
    begin_run(archive)
    reached: list[int] = []
    with closing(Follower(archive.store, read_model, reached.append)) as follower:
        for number in range(3):
            record(archive, RUN, answered(number))
            follower.wait()
            assert read_model.run(key(archive)).answered == number + 1
    assert reached == sorted(reached)
    assert reached[-1] == archive.store.position()


@pytest.mark.parametrize("fault", [ArchiveDamaged("page", "events", "none"), KeyError("a bug")])
def test_a_fault_is_told_to_who_waits_until_it_is_over(
    archive: Archive, read_model: ReadModel, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def damaged(*_: object) -> None:
        raise fault

    begin_run(archive)
    monkeypatch.setattr("application.following.catch_up", damaged)
    with closing(Follower(archive.store, read_model, lambda _: None)) as follower:
        for _ in range(2):
            with pytest.raises(type(fault)):
                follower.wait()
        monkeypatch.undo()
        follower.wait()
        assert read_model.run(key(archive)).open == 3


def test_who_waits_too_long_is_told_to_come_again(
    archive: Archive, read_model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = Event()
    monkeypatch.setattr("application.following.PATIENCE", 0.01)
    monkeypatch.setattr("application.following.catch_up", lambda *_: let_go.wait(10))
    begin_run(archive)
    with closing(Follower(archive.store, read_model, lambda _: None)) as follower:
        with pytest.raises(Refused, match="busy"):
            follower.wait()
        let_go.set()


def test_a_damaged_event_is_not_described_to_who_waits(
    archive: Archive, read_model: ReadModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise EvidenceDamaged("run/1, version 7", "an event", "what some may not see")

    begin_run(archive)
    monkeypatch.setattr("application.following.catch_up", damaged)
    noted: list[Exception] = []
    follower = Follower(archive.store, read_model, lambda _: None, noted.append)
    with closing(follower):
        with pytest.raises(ArchiveDamaged) as caught:
            follower.wait()
        assert "run/1, version 7" in str(noted[0])
        assert not isinstance(caught.value, EvidenceDamaged)
        assert "may not see" not in str(caught.value)
        assert "version" not in str(caught.value)
        monkeypatch.undo()
        follower.wait()
