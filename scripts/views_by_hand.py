"""The views of a bundle (format, section 9), from its events, in the plainest way.

Shares nothing with ``domain``: a second writing of the format, by which the verifier is tested. Not
here: whether events may stand where they do.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from scripts.recording_by_hand import canonical

_OF_ANSWER = ("latency_ms", "tokens_in", "tokens_out")
_RESULT = {"item.attempt_failed", "item.answered", "item.scored", "item.failed", "score.revised"}
_STATUS = {
    "run.registered": "pending",
    "run.started": "running",
    "run.resumed": "running",
    "run.completed": "completed",
    "run.failed": "failed",
    "run.canceled": "canceled",
}


class Hidden(NamedTuple):
    """What stands in a view for a part that is not disclosed."""

    status: str
    digest: str


class Seen(NamedTuple):
    """An event with what a reader sees of its parts: values, or :class:`Hidden`."""

    type: str
    facts: Mapping[str, Any]
    parts: Mapping[str, Any]

    def shown(self, kind: str) -> Any:
        """The value or what stands for it."""
        part = self.parts[kind]
        return {part.status: part.digest} if isinstance(part, Hidden) else part


Key = tuple[int, int]
Result = dict[str, Any]


def views(events: Sequence[Seen]) -> dict[str, bytes]:
    """Name and bytes of each view, in the order of a bundle."""
    rows = [event for event in events if event.type == "dataset.item_added"]
    dataset, run = events[0], next((e for e in events if e.type == "run.registered"), None)
    meta = {"dataset": dataset.shown("config")}
    if run and "environment" in run.parts:
        meta["environment"] = run.shown("environment")
    made = {"meta.json": canonical(meta) + b"\n"}
    if run:
        made["run_config.json"] = canonical(run.shown("config")) + b"\n"
    for section in range(1 + max((row.facts["section"] for row in rows), default=-1)):
        lines = (canonical(_row(row)) for row in rows if row.facts["section"] == section)
        made[f"sections/{section}.jsonl"] = b"".join(line + b"\n" for line in lines)
    if run:
        results = _results(events)
        lines = (canonical(_line(results[at], at, rows, run)) for at in sorted(results))
        made["results.jsonl"] = b"".join(line + b"\n" for line in lines)
        made["summary.json"] = canonical(_summary(events, rows, run, results)) + b"\n"
    return made


def _row(event: Seen) -> dict[str, Any]:
    told = {"answer": event.shown("answer")}
    for kind, stands_as in (("item", "id"), ("question", "inputs")):
        shown = event.shown(kind)
        told |= {stands_as: shown} if isinstance(event.parts[kind], Hidden) else shown
    return told


def _results(events: Sequence[Seen]) -> dict[Key, Result]:
    """What became of each (item, epoch)."""
    results: dict[Key, Result] = {}
    for event in events:
        if event.type in _RESULT:
            at = event.facts["item"], event.facts["epoch"]
            new: Result = {"status": "open", "attempts": 0, "end": None, "scores": {}}
            _take(results.setdefault(at, new), event)
    return results


def _take(result: Result, event: Seen) -> None:
    result["attempts"] += event.type in {"item.attempt_failed", "item.answered"}
    if event.type in {"item.answered", "item.failed"}:
        result["status"], result["end"] = event.type.removeprefix("item."), event
    if "score" in event.parts:
        result["scores"][event.facts["scorer"]] = event


def _line(result: Result, at: Key, rows: Sequence[Seen], run: Seen) -> dict[str, Any]:
    item = rows[at[0]].parts["item"]
    outside = rows[at[0]].shown("item") if isinstance(item, Hidden) else item["id"]
    told = {"attempts": result["attempts"], "epoch": at[1], "id": outside, "item": at[0]}
    told["status"] = result["status"]
    if end := result["end"]:
        told |= {name: end.facts[name] for name in _OF_ANSWER if name in end.facts}
        told |= {kind: end.shown(kind) for kind in ("error", "response") if kind in end.parts}
    scores: dict[int, Seen] = result["scores"]
    if 0 in scores:
        first = scores[0].parts["score"]
        told["score"] = scores[0].shown("score") if isinstance(first, Hidden) else first["value"]
    if scores:
        by_scorer = (scores.get(number) for number in range(run.facts["scorers"]))
        told["scores"] = [score and score.shown("score") for score in by_scorer]
    return told


def _summary(
    events: Sequence[Seen], rows: Sequence[Seen], run: Seen, results: Mapping[Key, Result]
) -> dict[str, Any]:
    plans = [event.facts for event in events if event.type == "run.planned"]

    def tally(section: int | None) -> dict[str, Any]:
        here = {item for item, row in enumerate(rows) if section in {None, row.facts["section"]}}
        found = {at: result for at, result in results.items() if at[0] in here}
        return _tally(found, _Planned(plans, here) if plans else None, run.facts["scorers"])

    status = [_STATUS[event.type] for event in events if event.type in _STATUS][-1]
    sections = range(1 + max((row.facts["section"] for row in rows), default=-1))
    return {"all": tally(None), "sections": [*map(tally, sections)], "status": status}


class _Planned:
    """What is planned of some items."""

    def __init__(self, plans: Sequence[Mapping[str, Any]], items: Collection[int]) -> None:
        ranges = [range(first, last + 1) for facts in plans for first, last in facts["ranges"]]
        self.items = {item for item in items if any(item in each for each in ranges)}
        self.epochs: int = plans[0]["epochs"]
        self.count: int = len(self.items) * self.epochs

    def still_open(self, results: Mapping[Key, Result]) -> int:
        begun = sum(item in self.items and epoch <= self.epochs for item, epoch in results)
        return self.count - begun


def _tally(results: Mapping[Key, Result], planned: _Planned | None, scorers: int) -> dict[str, Any]:
    statuses = [result["status"] for result in results.values()]
    answered, failed = statuses.count("answered"), statuses.count("failed")
    attempts = sum(result["attempts"] for result in results.values())
    told: dict[str, Any] = {"answered": answered, "failed": failed}
    told["attempts_failed"] = attempts - answered
    told["open"] = statuses.count("open")
    if planned:
        told["open"] += planned.still_open(results)
        told["planned"] = planned.count
    if answered + failed:
        told["error_rate"] = _number(Fraction(failed, answered + failed))
    ends = [result["end"] for result in results.values() if result["end"]]
    latencies = sorted(end.facts["latency_ms"] for end in ends if "latency_ms" in end.facts)
    if latencies:
        ranks = {percent: -(-percent * len(latencies) // 100) for percent in (50, 90, 99)}
        told["latency_ms"] = {f"p{percent}": latencies[n - 1] for percent, n in ranks.items()}
    given = [result["scores"] for result in results.values()]
    by_scorer = ([all_of[n] for all_of in given if n in all_of] for n in range(scorers))
    told["scores"] = [_scores([score.parts["score"] for score in scores]) for scores in by_scorer]
    return told


def _scores(scores: Sequence[Any]) -> dict[str, Any]:
    values = [Fraction(score["value"]) for score in scores if not isinstance(score, Hidden)]
    told: dict[str, Any] = {"scored": len(scores)}
    if len(values) < len(scores):
        told["undisclosed"] = len(scores) - len(values)
    elif values:
        told["mean"] = _number(sum(values, Fraction()) / len(values))
    return told


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
