"""Stamping beside everything else: what fails is asked again, and nobody waits for it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from application import stamping_thread
from application.log_ports import Head, Heads
from application.stamp_ports import Kept, Stamps
from application.stamping import Stamper
from application.stamping_thread import LONGEST_PAUSE, StampingThreads, pause_after
from domain.errors import Refused
from domain.transparency.checkpoint import Checkpoint
from domain.transparency.signed_note import Note, NoteSignature
from infrastructure.content.stamps import FileStamps
from infrastructure.log_tiles.heads import FileHeads

PATIENCE = 60
"""Seconds until a test gives up."""


class Waiting:
    """An authority that fails so many times, waits at a gate, and tells when it has answered."""

    def __init__(self, name: str, failures: int = 0, gate: Event | None = None) -> None:
        self.name, self._failures, self._gate = name, failures, gate
        self.answered: list[bytes] = []
        self.done = Event()

    def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
        if self._gate:
            assert self._gate.wait(PATIENCE)
        if self._failures:
            self._failures -= 1
            raise Refused(self.name, "an answer", "none")
        self.answered.append(message)
        self.done.set()
        return b"a timestamp"


class Told:
    """Hears of failures, and can be waited for."""

    def __init__(self, awaited: int = 1) -> None:
        self.heard: list[tuple[str, str]] = []
        self._awaited, self.enough = awaited, Event()

    def __call__(self, authority: str, fault: Exception) -> None:
        self.heard.append((authority, str(fault)))
        if len(self.heard) == self._awaited:
            self.enough.set()


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    kept = FileHeads(tmp_path)
    kept.add(head(1), 0)
    return kept


@pytest.fixture
def stamps(tmp_path: Path) -> Stamps:
    return FileStamps(tmp_path / "timestamps")


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping_thread, "LOOK", 0.01)


def head(size: int) -> Head:
    text = Checkpoint("archive-a", size, bytes(32)).text()
    return Head(size, bytes(32), Note(text, (NoteSignature("a", b"0123", b"x"),)).encode())


def running(
    heads: Heads, stamps: Stamps, authorities: Sequence[Waiting], told: Told
) -> StampingThreads:
    return StampingThreads(Stamper(heads, stamps), authorities, told, lambda failures: 0.01)


def wait_for(stamps: Stamps, size: int, *authorities: Waiting) -> None:
    """Return when the head has the timestamps of all of these."""
    waiting = Event()
    for _ in range(100 * PATIENCE):
        if {each.authority for each in stamps.of(size)} == {each.name for each in authorities}:
            return
        waiting.wait(0.01)
    raise AssertionError(stamps.of(size))


def test_heads_are_stamped_as_they_come(heads: Heads, stamps: Stamps) -> None:
    authority = Waiting("a")
    with closing(running(heads, stamps, [authority], Told())):
        wait_for(stamps, 1, authority)
        heads.add(head(5), 1)
        wait_for(stamps, 5, authority)
    assert authority.answered == [head(1).note, head(5).note]


def test_an_authority_that_fails_is_asked_again_until_it_answers(
    heads: Heads, stamps: Stamps
) -> None:
    authority, told = Waiting("a", failures=3), Told()
    with closing(running(heads, stamps, [authority], told)) as threads:
        wait_for(stamps, 1, authority)
        assert told.heard == [("a", "a: expected an answer, found none")] * 3
        heads.add(head(2), 1)
        wait_for(stamps, 2, authority)  # so what was said of the first is over
        assert threads.faults == {}


def test_one_that_is_down_or_hangs_keeps_no_other_waiting(heads: Heads, stamps: Stamps) -> None:
    gate = Event()
    down, hanging, well = Waiting("d", failures=10**9), Waiting("h", gate=gate), Waiting("w")
    told = Told(3)
    with closing(running(heads, stamps, [down, hanging, well], told)) as threads:
        wait_for(stamps, 1, well)
        assert told.enough.wait(PATIENCE)
        assert [*threads.faults] == ["d"]
        gate.set()
        wait_for(stamps, 1, well, hanging)


def test_a_bug_ends_no_thread(heads: Heads, stamps: Stamps) -> None:
    class Broken(Waiting):
        def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
            raise ZeroDivisionError

    told = Told(2)
    with closing(running(heads, stamps, [Broken("b")], told)):
        assert told.enough.wait(PATIENCE)


def test_what_is_there_stays_when_it_stops(heads: Heads, stamps: Stamps, tmp_path: Path) -> None:
    authority = Waiting("a")
    with closing(running(heads, stamps, [authority], Told())):
        wait_for(stamps, 1, authority)
    [kept] = FileStamps(tmp_path / "timestamps").of(1)
    assert kept == Kept("a", b"a timestamp", kept.place)


@pytest.fixture
def _seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens by itself once there was nothing left."""
    monkeypatch.setattr(stamping_thread, "LOOK", 10**6)


def ended(threads: StampingThreads) -> list[Exception | None]:
    """How a round of each of them ends."""
    return [each.result(PATIENCE) for each in threads.begin_rounds()]


@pytest.mark.usefixtures("_seldom")
def test_a_round_does_at_once_what_is_left_and_says_so(heads: Heads, stamps: Stamps) -> None:
    a, b = Waiting("a"), Waiting("b")
    with closing(running(heads, stamps, [a, b], Told())) as threads:
        assert ended(threads) == [None, None]
        assert (threads.count, sorted(threads.done_since(0))) == (2, [("a", 1), ("b", 1)])
        heads.add(head(5), 1)
        heads.add(head(7), 5)
        assert ended(threads) == [None, None]
        done = sorted(threads.done_since(2))
        assert done == [("a", 5), ("a", 7), ("b", 5), ("b", 7)]
    assert a.answered == b.answered == [head(size).note for size in (1, 5, 7)]


@pytest.mark.usefixtures("_seldom")
def test_rounds_of_several_who_ask_at_once_ask_nobody_twice(heads: Heads, stamps: Stamps) -> None:
    gate = Event()
    authority = Waiting("a", gate=gate)
    with closing(running(heads, stamps, [authority], Told())) as threads:
        heads.add(head(5), 1)
        rounds = [each for _ in range(3) for each in threads.begin_rounds()]
        gate.set()
        assert [each.result(PATIENCE) for each in rounds] == [None] * 3
    assert authority.answered == [head(1).note, head(5).note]


@pytest.mark.usefixtures("_seldom")
def test_what_was_done_long_ago_is_forgotten(
    heads: Heads, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamping_thread, "REMEMBERED", 3)
    for before in range(1, 5):
        heads.add(head(before + 1), before)
    with closing(running(heads, stamps, [Waiting("a")], Told())) as threads:
        assert ended(threads) == [None]
        assert threads.count == 5
        for count, sizes in ((0, [3, 4, 5]), (3, [4, 5]), (5, []), (9, [])):
            assert [each.size for each in threads.done_since(count)] == sizes


def test_a_round_asks_one_that_failed_before_its_pause_is_over(
    heads: Heads, stamps: Stamps
) -> None:
    authority, told = Waiting("a", failures=2), Told()
    threads = StampingThreads(Stamper(heads, stamps), [authority], told, lambda _: 10**6)
    with closing(threads):
        assert told.enough.wait(PATIENCE)
        (fault,) = ended(threads)
        assert isinstance(fault, Refused)
        assert threads.done_since(0) == []
        assert ended(threads) == [None]
        assert threads.done_since(0) == [("a", 1)]


def test_where_there_is_nobody_there_is_no_round(heads: Heads, stamps: Stamps) -> None:
    with closing(running(heads, stamps, [], Told())) as threads:
        assert (threads.begin_rounds(), threads.names) == ([], [])


def test_pauses_grow_up_to_the_longest() -> None:
    pauses = [pause_after(failures) for failures in range(1, 100)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
