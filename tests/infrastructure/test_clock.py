"""The system clock, when time itself misbehaves."""

import time

import pytest

from infrastructure.clock import SystemClock


def set_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: int(seconds * 1_000_000_000))


def test_time_is_printed_in_utc_to_the_microsecond(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(monkeypatch, 1_795_424_400.000001)
    assert SystemClock().now() == "2026-11-23T09:00:00.000001Z"


def test_a_clock_that_is_set_back_repeats_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    set_time(monkeypatch, 2_000_000_000.5)
    before = clock.now()
    set_time(monkeypatch, 1_000_000_000)
    assert clock.now() == before
    set_time(monkeypatch, 2_000_000_001)
    assert clock.now() > before


def test_ids_ascend_while_time_stands_still_or_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    set_time(monkeypatch, 2_000_000_000)
    ids = [clock.event_id() for _ in range(1000)]
    set_time(monkeypatch, 1_000_000_000)
    ids += [clock.event_id() for _ in range(1000)]
    assert ids == sorted(set(ids))


def test_an_id_begins_with_its_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(monkeypatch, 1_645_557_742.0)  # the example of RFC 9562, appendix A.6
    assert SystemClock().event_id().startswith("017f22e2-79b0-7")


def test_random_bits_that_run_over_go_on_in_the_next_millisecond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_time(monkeypatch, 1_645_557_742.0)
    clock = SystemClock()
    clock.event_id()
    monkeypatch.setattr(clock, "_last_id", clock._last_id | (1 << 74) - 1)
    assert clock.event_id().startswith("017f22e2-79b1-7000-8000-")
