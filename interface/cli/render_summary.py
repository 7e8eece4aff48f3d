"""A run's totals, for the whole and for each section, as lines. Pure.

The totals are in the form of ``summary.json`` (format, section 9). Not here: how they are counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from application.rounding import rounded
from interface.cli.screen import Line
from interface.cli.text import clipped, table

_NAME_MOST = 32


def summary_lines(
    summary: Mapping[str, Any],
    width: int,
    sections: Sequence[str] = (),
    scorers: Sequence[str] = (),
) -> Iterator[Line]:
    """A table; sections and scorers that have no name go by their numbers."""
    of_all = summary["all"]
    rows = [("all", of_all)]
    for number, tally in enumerate(summary["sections"]):
        rows.append((_named(sections, number, "section"), tally))
    count = len(of_all["scores"])
    titles = ["", "planned", "answered", "failed", "open", "retries", "latency p50/p90/p99 ms"]
    titles += [_named(scorers, number, "scorer") for number in range(count)]
    for text in table(titles, [_row(name, tally) for name, tally in rows], width - 2):
        yield Line(f"  {text}")


def _named(names: Sequence[str], number: int, kind: str) -> str:
    name = names[number] if number < len(names) else ""
    return clipped(name, _NAME_MOST) or f"{kind} {number}"


def _row(name: str, tally: Mapping[str, Any]) -> list[str]:
    latency = "/".join(str(value) for value in tally.get("latency_ms", {}).values())
    counts = [tally.get("planned"), tally["answered"], tally["failed"], tally["open"]]
    told = ["not declared" if count is None else f"{count:,}" for count in counts]
    retries = f"{tally['attempts_failed']:,}"
    return [name, *told, retries, latency or "-", *map(score_told, tally["scores"])]


def score_told(score: Mapping[str, Any]) -> str:
    """The mean over so many scores, or why there is none."""
    if "mean" in score:
        return f"{rounded(score['mean'])} over {score['scored']:,}"
    if score.get("undisclosed"):
        return f"not shown, {score['undisclosed']:,} of {score['scored']:,} undisclosed"
    return "-"
