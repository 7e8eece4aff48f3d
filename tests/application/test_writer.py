"""Many callers share a commit, and nobody is refused for another's fault."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest

from application.actions import Action
from application.journal import Entry, about
from application.ports import Append
from application.writer import Writer
from domain.errors import Conflict, InvalidInput, Refused, StorageFull
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    PLANNED,
    RUN,
    STARTED,
    Members,
    actions,
    answered,
    begin_run,
    key,
    record,
    run_registered,
    stored,
    types,
)

OTHER = f"{RUN[:-1]}b"
ME = "authenticated:me"


class Commits:
    """The store, whose commits are counted and can be made to fail."""

    def __init__(self, archive: Archive) -> None:
        self.sizes: list[int] = []
        self.faults: list[Exception] = []
        self._commit = archive.store.commit

    def commit(self, appends: Sequence[Append]) -> None:
        if self.faults:
            raise self.faults.pop()
        self._commit(appends)
        self.sizes.append(len(appends))


@pytest.fixture
def commits(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Commits:
    begin_run(archive)
    record(archive, OTHER, run_registered(), PLANNED, STARTED)
    commits = Commits(archive)
    monkeypatch.setattr(archive.store, "commit", commits.commit)
    return commits


@pytest.fixture
def writer(archive: Archive, commits: Commits) -> Iterator[Writer]:
    writer = Writer(archive.recorder(), archive.journal(), lambda: None)
    yield writer
    writer.close()


class Held:
    """Work that keeps the writer busy until it is let go, so that other work gathers."""

    def __init__(self, writer: Writer) -> None:
        self._let_go = Event()
        self.done = writer.call(lambda _: self._let_go.wait(10), ME)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        self._let_go.set()
        assert self.done.result(10)


def batch(*members: Members) -> list[Action]:
    return actions(*members)


def test_what_waits_shares_a_commit(archive: Archive, commits: Commits, writer: Writer) -> None:
    with Held(writer):
        first = writer.record(RUN, batch(answered(0)), ME)
        second = writer.record(RUN, batch(answered(1)), ME)
        third = writer.record(OTHER, batch({**answered(0), "score": False}), ME)
        noted = writer.note([Entry("project.added", {"project": "p"})], ME)
    receipts = [done.result(10) for done in (first, second, third)]
    noted.result(10)
    assert commits.sizes == [3]  # two runs and the journal
    assert [(each.stream, each.version, each.recorded) for each in receipts] == [
        (RUN, 5, 2),
        (RUN, 7, 2),
        (OTHER, 4, 1),
    ]
    assert types(archive)[3:] == ["item.answered", "item.scored"] * 2
    assert stored(archive)[-1].event.actor == ME
    assert types(archive, "archive")[-1] == "project.added"


def test_a_fault_is_told_to_the_one_whose_it_is(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    with Held(writer):
        good = [writer.record(RUN, batch(answered(0)), ME)]
        bad = writer.record(RUN, batch(answered(7)), ME)
        good += [writer.record(RUN, batch(answered(1)), ME)]
        good += [writer.record(OTHER, batch({**answered(0), "score": False}), ME)]
    assert [done.result(10).recorded for done in good] == [2, 2, 1]
    with pytest.raises(Refused, match="q-7"):
        bad.result(10)


def test_the_same_id_in_company_is_known_the_second_time(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    one: Any = {**answered(0), "id": "00000000-0000-7000-8000-00000000000a"}
    with Held(writer):
        done = [writer.record(RUN, batch(one), ME) for _ in range(2)]
    assert [(each.result(10).recorded, each.result(10).known) for each in done] == [(2, 0), (0, 1)]


def test_what_a_commit_refused_is_tried_again_alone(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    full = StorageFull("events.sqlite3", "room", "none")
    with Held(writer):
        first = writer.record(RUN, batch(answered(0)), ME)
        second = writer.record(OTHER, batch({**answered(0), "score": False}), ME)
        commits.faults[:] = [full, Conflict("run", "1", "2")]
    with pytest.raises(StorageFull):
        first.result(10)
    assert second.result(10).recorded == 1
    assert len(types(archive)) == 3


def test_entries_are_written_with_their_batch_or_not_at_all(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    new = f"{RUN[:-1]}c"
    assigned = Entry("archive.assigned", about(key(archive, new), project="p"))
    refused = writer.record(new, batch(STARTED), ME, [assigned])
    with pytest.raises(Refused):
        refused.result(10)
    assert types(archive, "archive") == ["archive.created"]
    begun = batch(run_registered(dataset=DATASET))
    assert writer.record(new, begun, ME, [assigned]).result(10).version == 1
    (entry,) = (each.event for each in stored(archive, "archive")[1:])
    assert (entry.type, entry.actor) == ("archive.assigned", ME)


def test_an_entry_that_is_none_fails_alone(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    with Held(writer):
        bad = writer.note([Entry("project.added", {"project": "No Word"})], ME)
        good = writer.note([Entry("project.added", {"project": "word"})], ME)
    with pytest.raises(InvalidInput):
        bad.result(10)
    good.result(10)
    assert types(archive, "archive") == ["archive.created", "project.added"]


def test_an_erasure_has_a_commit_of_its_own(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    record(archive, RUN, answered(0))
    commits.sizes.clear()
    erased: Members = {"type": "part.erased", "target": 4, "kind": "request"}
    with Held(writer):
        done = [
            writer.record(RUN, batch(answered(1)), ME),
            writer.record(RUN, batch(erased), ME),
            writer.record(RUN, batch(answered(2)), ME),
        ]
    assert [each.result(10).recorded for each in done] == [2, 1, 2]
    assert commits.sizes == [1, 1, 1]
    assert "request" not in stored(archive)[3].parts


def test_whoever_is_told_finds_it_known_already(archive: Archive, commits: Commits) -> None:
    told: list[int] = []
    writer = Writer(archive.recorder(), archive.journal(), lambda: told.append(1))
    seen = writer.record(RUN, batch(answered(0)), ME)
    seen.add_done_callback(lambda _: told.append(2))
    seen.result(10)
    writer.close()
    assert told == [1, 2]


def test_what_waits_is_written_before_it_closes_and_nothing_after(
    archive: Archive, commits: Commits
) -> None:
    writer = Writer(archive.recorder(), archive.journal(), lambda: None)
    waiting = [writer.record(RUN, batch(answered(number)), ME) for number in range(3)]
    writer.close()
    assert [each.result(0).recorded for each in waiting] == [2, 2, 2]
    assert not writer.is_alive
    with pytest.raises(Refused, match="closed"):
        writer.record(RUN, batch(answered(0)), ME)


def test_a_beginning_is_noted_once_however_often_it_is_asked_for(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    new = f"{RUN[:-1]}c"
    assigned = Entry("archive.assigned", about(key(archive, new), project="p"))
    begun: Any = {**run_registered(dataset=DATASET), "id": "00000000-0000-7000-8000-00000000000a"}
    with Held(writer):
        done = [writer.record(new, batch(begun), ME, [assigned]) for _ in range(3)]
    assert [each.result(10).known for each in done] == [0, 1, 1]
    assert types(archive, "archive") == ["archive.created", "archive.assigned"]


def test_what_depends_on_what_was_before_is_decided_in_its_turn(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    def once() -> Entry:
        if "project.added" in types(archive, "archive"):
            raise Refused("project", "a new one", "one that is there")
        return Entry("project.added", {"project": "p"})

    with Held(writer):
        done = [writer.decide(once, ME) for _ in range(5)]
    assert sum(each.exception(10) is None for each in done) == 1
    assert types(archive, "archive") == ["archive.created", "project.added"]
    assert stored(archive, "archive")[-1].event.actor == ME


def test_whoever_may_write_no_more_writes_nothing_that_waits(
    archive: Archive, commits: Commits
) -> None:
    gone: set[str] = set()

    def check_actor(actor: str) -> None:
        if actor in gone:
            raise Refused("token", "one that counts", "one that was revoked")

    writer = Writer(archive.recorder(), archive.journal(), lambda: None, check_actor)
    with Held(writer):
        writer.call(lambda _: gone.add(ME), "claimed:root")
        waiting: list[Future[Any]] = [
            writer.record(RUN, batch(answered(0)), ME),
            writer.note([Entry("project.added", {"project": "p"})], ME),
            writer.call(lambda _: None, ME),
        ]
        allowed = writer.record(RUN, batch(answered(1)), "authenticated:another")
    assert all(isinstance(each.exception(10), Refused) for each in waiting)
    assert allowed.result(10).recorded == 2
    writer.close()


def test_what_is_durable_is_not_written_again_when_it_cannot_be_told(
    archive: Archive, commits: Commits
) -> None:
    faults: list[Exception] = [StorageFull("read_models.db", "room", "none")]

    def committed() -> None:
        if faults:
            raise faults.pop()

    writer = Writer(archive.recorder(), archive.journal(), committed)
    with pytest.raises(StorageFull):
        writer.record(RUN, batch(answered(0)), ME).result(10)
    assert types(archive).count("item.answered") == 1
    assert writer.record(RUN, batch(answered(1)), ME).result(10).recorded == 2
    writer.close()


def test_whoever_waits_no_longer_undoes_nothing(
    archive: Archive, commits: Commits, writer: Writer
) -> None:
    with Held(writer):
        waiting = writer.record(RUN, batch(answered(0)), ME)
        assert not waiting.cancel()
    assert waiting.result(10).recorded == 2
    assert writer.is_alive


def test_whose_a_stream_is_stands_before_it(archive: Archive, writer: Writer) -> None:
    new = f"{RUN[:-1]}c"
    assigned = Entry("archive.assigned", about(key(archive, new), project="p"))
    before = archive.store.position()
    writer.record(new, batch(run_registered(dataset=DATASET)), ME, [assigned]).result(10)
    moved = [found.stream for _, found in archive.store.moved(before, 10)]
    assert moved == ["archive", new]
