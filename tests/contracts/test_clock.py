"""What every clock does."""

from itertools import pairwise
from uuid import UUID

import pytest

from application.ports import Clock
from domain.syntax import is_salt, is_time, is_uuid
from infrastructure.clock import SystemClock
from tests.contracts.fakes import CountingClock


@pytest.fixture(params=["system", "counting"])
def clock(request: pytest.FixtureRequest) -> Clock:
    return SystemClock() if request.param == "system" else CountingClock()


def test_time_is_written_as_in_envelopes_and_never_decreases(clock: Clock) -> None:
    times = [clock.now() for _ in range(200)]
    assert all(map(is_time, times))
    assert times == sorted(times)


def test_event_ids_are_uuids_of_version_7_that_ascend(clock: Clock) -> None:
    ids = [clock.event_id() for _ in range(2000)]
    assert all(map(is_uuid, ids))
    assert {(UUID(each).version, UUID(each).variant) for each in ids} == {
        (7, "specified in RFC 4122")
    }
    assert all(before < after for before, after in pairwise(ids))


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_salts_are_as_many_as_asked_for_and_all_distinct(clock: Clock, count: int) -> None:
    salts = [*clock.salts(count), *clock.salts(count)]
    assert all(map(is_salt, salts))
    assert len(set(salts)) == 2 * count
