"""Work that goes on behind the answer: one for each key, what broke it off, and how it ends."""

import asyncio
import gc
from functools import partial
from threading import Event
from time import sleep
from weakref import ref

import pytest
from anyio import CapacityLimiter, to_thread

from application.ports import StreamKey
from domain.errors import Refused
from interface.api.errors import Unavailable
from interface.web import under_way
from interface.web.under_way import State, UnderWay

KEY, SINCE = StreamKey("archive-a", "run/1"), "2026-11-26T00:00:00.000000Z"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_way, "PATIENCE", 0.01)


async def _nothing() -> None:
    await asyncio.sleep(0)


def test_what_is_done_at_once_is_waited_for() -> None:
    async def scene() -> State:
        under = UnderWay()
        await under.run(KEY, _nothing, SINCE)
        return under.of(KEY)

    assert asyncio.run(scene()) == State()


def test_what_takes_longer_goes_on_and_is_not_begun_twice() -> None:
    async def scene() -> list[object]:
        under, gate, begun = UnderWay(), asyncio.Event(), list[int]()

        async def wait() -> None:
            begun.append(1)
            await gate.wait()

        for since in (SINCE, "later"):
            await under.run(KEY, wait, since)
        meanwhile = under.of(KEY)
        gate.set()
        await under.run(KEY, _nothing, SINCE)
        return [begun, meanwhile, under.of(KEY)]

    assert asyncio.run(scene()) == [[1], State(SINCE), State()]


def test_what_is_refused_at_once_is_raised_and_later_told() -> None:
    problem = Refused("run/1", "a sealed stream", "one that is not")

    async def scene() -> State:
        under, gate = UnderWay(), asyncio.Event()

        async def refused() -> None:
            raise problem

        async def later() -> None:
            await gate.wait()
            raise problem

        with pytest.raises(Refused):
            await under.run(KEY, refused, SINCE)
        assert under.of(KEY) == State()
        await under.run(KEY, later, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return under.of(KEY)

    assert asyncio.run(scene()) == State("", problem)


def test_a_fault_is_told_in_our_words() -> None:
    async def scene() -> State:
        under, gate = UnderWay(), asyncio.Event()

        async def broken() -> None:
            await gate.wait()
            raise ValueError("secret")

        await under.run(KEY, broken, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return under.of(KEY)

    state = asyncio.run(scene())
    assert "secret" not in str(state.problem)
    assert "a fault of the service" in str(state.problem)


def test_a_problem_can_be_taken_once_and_holds_on_to_nothing() -> None:
    problem = Refused("run/1", "a sealed stream", "one that is not")

    async def scene() -> list[object]:
        noted: list[Exception] = []
        under, gate = UnderWay(noted.append), asyncio.Event()

        async def refused() -> None:
            await gate.wait()
            raise problem

        await under.run(KEY, refused, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return [noted, under.take_problem(KEY), under.take_problem(KEY), under.of(KEY)]

    assert asyncio.run(scene()) == [[problem], problem, None, State()]
    assert problem.__traceback__ is None


def test_a_problem_that_is_kept_lets_go_of_what_caused_it() -> None:
    class Read:
        """Much that was read."""

    def fail() -> None:
        held.append(ref(much := Read()))
        try:
            raise ValueError(much)
        except ValueError as cause:
            raise Refused("run/1", "JSON", "none") from cause

    async def scene() -> bool:
        under, gate = UnderWay(), asyncio.Event()

        async def refused() -> None:
            await gate.wait()
            fail()

        await under.run(KEY, refused, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return isinstance(under.of(KEY).problem, Refused)

    held: list[ref[Read]] = []
    assert asyncio.run(scene())
    gc.collect()
    assert held[0]() is None


def test_the_oldest_problems_that_nobody_asks_for_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(under_way, "_MOST_PROBLEMS", 2)

    async def scene() -> list[bool]:
        under, gate = UnderWay(), asyncio.Event()

        async def refused() -> None:
            await gate.wait()
            raise Refused("a", "b", "c")

        for key in range(3):
            await under.run(key, refused, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return [under.of(key).problem is None for key in range(3)]

    assert asyncio.run(scene()) == [True, False, False]


def test_at_the_end_work_is_told_to_stop_and_waited_for() -> None:
    ended: list[str] = []

    async def scene() -> State:
        under = UnderWay()

        def long() -> None:
            try:
                while True:
                    sleep(0.001)
                    under.go_on()
            finally:
                ended.append("long")

        async def work() -> None:
            await asyncio.to_thread(long)

        async def late() -> None:
            ended.append("late")

        await under.run(KEY, work, SINCE)
        assert under.keys == [KEY]
        await under.close()
        with pytest.raises(Unavailable, match="that it stops"):
            await under.run("another", late, SINCE)
        return under.of(KEY)

    state = asyncio.run(scene())
    assert ended == ["long"]
    assert state.since == ""
    assert isinstance(state.problem, Unavailable)


def test_at_the_end_work_that_waits_for_a_thread_is_not_begun_and_the_one_on_it_is_waited_for() -> (
    None
):
    done: list[str] = []

    async def scene() -> list[object]:
        under, lane, gate = UnderWay(), CapacityLimiter(1), Event()

        def long() -> None:
            gate.wait()
            done.append("long")

        await under.run("long", partial(to_thread.run_sync, long, limiter=lane), SINCE)
        late = partial(to_thread.run_sync, partial(done.append, "late"), limiter=lane)
        await under.run(KEY, late, SINCE)
        closing = asyncio.create_task(under.close())
        while KEY in under.keys:
            await asyncio.sleep(0)
        told = [done[:], under.keys, type(under.of(KEY).problem)]
        gate.set()
        await closing
        return [*told, under.keys]

    assert asyncio.run(scene()) == [[], ["long"], Unavailable, []]
    assert done == ["long"]
