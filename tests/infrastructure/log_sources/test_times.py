from typing import Any

import pytest

from infrastructure.log_sources.times import occurred


@pytest.mark.parametrize(
    "time",
    ["2025-10-21T08:01:00", "2025-10-21", "1761033660", 1761033660, "2025-02-30T00:00:00Z",
     "0001-01-01T00:00:00+14:00", "2025-10-21T24:00:00Z", "2025-10-21T08:01:00+99:00", None, ["x"]],
)  # fmt: skip
def test_a_time_that_cannot_be_placed_is_none(time: Any) -> None:
    assert occurred([{"at": time}], ["at"]) == {}


def test_the_first_time_that_can_be_placed_counts() -> None:
    places: list[Any] = [{"a": "soon", "b": "2025-10-21 08:01:00.123456789Z"}, {"a": "later"}]
    assert occurred(places, ["a", "b"]) == {"occurred": "2025-10-21T08:01:00.123456Z"}
