"""Verifications that go on behind the answer: one for each run, and what broke one off is told."""

import asyncio

import pytest

from application.ports import StreamKey
from domain.errors import Refused
from interface.web import under_way
from interface.web.under_way import State, UnderWay

KEY, SINCE = StreamKey("archive-a", "run/1"), "2026-11-26T00:00:00.000000Z"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_way, "PATIENCE", 0.01)


async def _nothing() -> None:
    await asyncio.sleep(0)


def test_what_is_done_at_once_is_waited_for() -> None:
    async def scene() -> State:
        verifications = UnderWay()
        await verifications.run(KEY, _nothing, SINCE)
        return verifications.of(KEY)

    assert asyncio.run(scene()) == State()


def test_what_takes_longer_goes_on_and_is_not_begun_twice() -> None:
    async def scene() -> list[object]:
        verifications, gate, begun = UnderWay(), asyncio.Event(), list[int]()

        async def wait() -> None:
            begun.append(1)
            await gate.wait()

        for since in (SINCE, "later"):
            await verifications.run(KEY, wait, since)
        meanwhile = verifications.of(KEY)
        gate.set()
        await verifications.run(KEY, _nothing, SINCE)
        return [begun, meanwhile, verifications.of(KEY)]

    assert asyncio.run(scene()) == [[1], State(SINCE), State()]


def test_what_is_refused_at_once_is_raised_and_later_told() -> None:
    problem = Refused("run/1", "a sealed stream", "one that is not")

    async def scene() -> State:
        verifications, gate = UnderWay(), asyncio.Event()

        async def refused() -> None:
            raise problem

        async def later() -> None:
            await gate.wait()
            raise problem

        with pytest.raises(Refused):
            await verifications.run(KEY, refused, SINCE)
        assert verifications.of(KEY) == State()
        await verifications.run(KEY, later, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return verifications.of(KEY)

    assert asyncio.run(scene()) == State("", problem)


def test_a_fault_is_told_in_our_words() -> None:
    async def scene() -> State:
        verifications, gate = UnderWay(), asyncio.Event()

        async def broken() -> None:
            await gate.wait()
            raise ValueError("secret")

        await verifications.run(KEY, broken, SINCE)
        gate.set()
        await asyncio.sleep(0.01)
        return verifications.of(KEY)

    state = asyncio.run(scene())
    assert "secret" not in str(state.problem)
    assert "a fault of the service" in str(state.problem)
