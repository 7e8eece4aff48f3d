"""What became of a run's totals between two versions, line by line. Pure; not here: results."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from application.rounding import rounded
from interface.web import wording

_COUNTS: Final = {
    "planned": "Planned",
    "answered": "Answered",
    "failed": "Failed",
    "open": "Open",
    "attempts_failed": "Failed tries",
}
_RANKS: Final = {"p50": "Latency p50, ms", "p90": "Latency p90, ms", "p99": "Latency p99, ms"}


class Difference(NamedTuple):
    """One figure before and after; ``change`` is "" where it stayed, or where either is unknown."""

    name: str
    before: str
    after: str
    change: str


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], scorers: Sequence[str]
) -> Sequence[Difference]:
    """The figures of two summaries of one run that at least one of them has."""
    pairs = zip(_figures(before, scorers), _figures(after, scorers), strict=True)
    return [
        Difference(name, _told(old), _told(new), _change(old, new))
        for (name, old), (_, new) in pairs
        if (old, new) != (None, None)
    ]


def _figures(
    summary: Mapping[str, Any], scorers: Sequence[str]
) -> Sequence[tuple[str, int | float | str | None]]:
    whole = summary["all"]
    latencies = whole.get("latency_ms", {})
    means = (_mean(scores) for scores in whole["scores"])
    return [
        ("Status", summary["status"]),
        *((name, whole.get(member)) for member, name in _COUNTS.items()),
        *(
            (f"Mean of {wording.name(name)}", mean)
            for name, mean in zip(scorers, means, strict=True)
        ),
        *((name, latencies.get(rank)) for rank, name in _RANKS.items()),
    ]


def _mean(scores: Mapping[str, Any]) -> float | str | None:
    if "mean" in scores:
        return float(scores["mean"])
    return wording.mean(scores) if scores.get("undisclosed") else None


def _told(value: int | float | str | None) -> str:
    if isinstance(value, str):
        return value
    return wording.score(value) if isinstance(value, float) else wording.count(value)


def _change(old: int | float | str | None, new: int | float | str | None) -> str:
    if isinstance(old, str) or isinstance(new, str):
        return "" if old == new else "changed"
    if new is None or old == new:
        return ""
    difference = new - (old or 0)
    if isinstance(difference, float):
        return "" if old is None else f"{'+' if difference >= 0 else ''}{rounded(difference)}"
    return f"{difference:+,}"
