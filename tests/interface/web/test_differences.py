"""What became of totals, line by line."""

from typing import Any

from interface.web.differences import differences


def summary(status: str = "running", **whole: Any) -> dict[str, Any]:
    told = {"answered": 0, "attempts_failed": 0, "failed": 0, "open": 0, "scores": [{"scored": 0}]}
    return {"all": {**told, **whole}, "status": status}


def told(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    rows = differences(before, after, ["match"])
    return {row.name: (row.before, row.after, row.change) for row in rows}


def test_each_figure_is_told_before_and_after_with_its_change() -> None:
    before = summary(answered=1, open=9, planned=10, scores=[{"scored": 1, "mean": 0.5}])
    latency = {"p50": 1200, "p90": 1300, "p99": 1400}
    after = summary(
        "completed",
        answered=10,
        planned=10,
        scores=[{"scored": 10, "mean": 0.25}],
        latency_ms=latency,
    )
    found = told(before, after)
    assert found["Status"] == ("running", "completed", "changed")
    assert found["Planned"] == ("10", "10", "")
    assert found["Answered"] == ("1", "10", "+9")
    assert found["Open"] == ("9", "0", "-9")
    assert found["Mean of match"] == ("0.5", "0.25", "-0.25")
    assert found["Latency p50, ms"] == ("–", "1,200", "+1,200")


def test_what_neither_has_is_not_told() -> None:
    assert [*told(summary(), summary())] == ["Status", "Answered", "Failed", "Open", "Failed tries"]


def test_a_mean_that_is_not_disclosed_is_no_number() -> None:
    undisclosed = summary(scores=[{"scored": 2, "undisclosed": 1}])
    found = told(summary(scores=[{"scored": 2, "mean": 1.0}]), undisclosed)
    assert found["Mean of match"] == ("1", "1 undisclosed", "changed")
    first = told(summary(), summary(scores=[{"scored": 2, "mean": 1.0}]))
    assert first["Mean of match"] == ("–", "1", "")
