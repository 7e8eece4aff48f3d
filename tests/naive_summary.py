"""A summary counted the naive way, to compare with: everything in sets, sorted and exact.

Not here: anything quick.
"""

from fractions import Fraction
from math import ceil

from application.stored import StoredEvent
from domain.canonical import Json
from interface.bootstrap.archive import Archive
from tests.archives import DATASET, RUN, stored

STATUSES = {
    "run.registered": "pending",
    "run.started": "running",
    "run.resumed": "running",
    "run.completed": "completed",
    "run.failed": "failed",
    "run.canceled": "canceled",
}


class NaiveSummary:
    """Counts events as ``docs/format.md``, section 9, says, without a thought for time or space."""

    def __init__(self, archive: Archive, version: int, stream: str = RUN) -> None:
        rows = [s.event.facts for s in stored(archive, DATASET) if "item" in s.event.facts]
        self.section_of = {facts["item"]: facts["section"] for facts in rows}
        self.planned: set[tuple[int, int]] = set()
        self.outcomes: dict[tuple[int, int], str] = {}
        self.attempts_failed: list[int] = []
        self.latencies: list[tuple[int, int]] = []
        self.scores: dict[tuple[int, int, int], Json] = {}
        self.scorers, self.status, self.sealed, self.declared = 0, "new", False, False
        for found in stored(archive, stream):
            if found.event.version <= version:
                self._take(found)

    def _take(self, found: StoredEvent) -> None:
        kind, facts = found.event.type, found.event.facts
        self.sealed = self.sealed or kind == "stream.sealed"
        self.scorers = facts.get("scorers", self.scorers)
        if kind.startswith("run."):
            self.status = STATUSES.get(kind, self.status)
        if kind == "run.planned":
            self.declared = True
            items = (range(first, last + 1) for first, last in facts["ranges"])
            epochs = range(1, facts["epochs"] + 1)
            self.planned |= {(item, epoch) for some in items for item in some for epoch in epochs}
        elif "epoch" in facts and kind != "run.annotated":
            self._take_result(found, (facts["item"], facts["epoch"]))

    def _take_result(self, found: StoredEvent, at: tuple[int, int]) -> None:
        kind, facts = found.event.type, found.event.facts
        if kind == "item.attempt_failed":
            self.outcomes.setdefault(at, "open")
            self.attempts_failed.append(at[0])
        elif "scorer" in facts:
            score = found.value("score")
            self.scores[(*at, facts["scorer"])] = (
                score["value"] if isinstance(score, dict) else None
            )
        else:
            self.outcomes[at] = kind.removeprefix("item.")
            if "latency_ms" in facts:
                self.latencies.append((at[0], facts["latency_ms"]))

    def _tally(self, items: set[int]) -> dict[str, Json]:
        planned = {at for at in self.planned if at[0] in items}
        ends = {at: outcome for at, outcome in self.outcomes.items() if at[0] in items}
        count = {name: [*ends.values()].count(name) for name in ("open", "answered", "failed")}
        ended = count["answered"] + count["failed"]
        latencies = sorted(ms for item, ms in self.latencies if item in items)
        summary: dict[str, Json] = {
            "answered": count["answered"],
            "attempts_failed": sum(item in items for item in self.attempts_failed),
            "failed": count["failed"],
            "open": count["open"] + len(planned - ends.keys()),
            "scores": [self._score(items, scorer) for scorer in range(self.scorers)],
        }
        if ended:
            summary["error_rate"] = count["failed"] / ended
        if self.declared:
            summary["planned"] = len(planned)
        if latencies:
            ranks = {f"p{p}": ceil(Fraction(p * len(latencies), 100)) for p in (50, 90, 99)}
            summary["latency_ms"] = {name: latencies[rank - 1] for name, rank in ranks.items()}
        return summary

    def _score(self, items: set[int], scorer: int) -> dict[str, Json]:
        values = [v for (item, _, of), v in self.scores.items() if of == scorer and item in items]
        known = [Fraction(value) for value in values if isinstance(value, int | float)]
        if len(known) < len(values):
            return {"scored": len(values), "undisclosed": len(values) - len(known)}
        mean = {"mean": float(sum(known) / len(known))} if known else {}
        return {"scored": len(values), **mean}

    def to_json(self) -> dict[str, Json]:
        """The state as a replay gives it."""
        sections = range(max(self.section_of.values(), default=-1) + 1)
        items = [{i for i, of in self.section_of.items() if of == section} for section in sections]
        return {
            "all": self._tally({*self.section_of}),
            "sections": [self._tally(some) for some in items],
            "status": self.status,
            "sealed": self.sealed,
        }
