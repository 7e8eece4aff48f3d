"""The tables of docs/format.md, read from the page, and the rules around them, restated plainly.

By them the tests judge what the code says may follow what. Not here: any assertion.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from scripts.recording_by_hand import Written

PAGE = (Path(__file__).parent.parent / "docs/format.md").read_text("utf-8")
_CELL = re.compile(r"`([a-z._*]+)`(?: \([^)]*\))?(?: → ([a-z]+))?")


class TypeRow(NamedTuple):
    """A row of the table of event types; names with ``?`` may be absent."""

    streams: frozenset[str]
    facts: frozenset[str]
    parts: frozenset[str]


def _rows(heading: str) -> Iterator[list[str]]:
    """The rows of the table whose first header cell this is."""
    _, _, below = PAGE.partition(f"| {heading} |")
    for line in below.splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def types() -> dict[str, TypeRow]:
    """The event types of section 4."""
    found: dict[str, TypeRow] = {}
    for names, streams, facts, parts in _rows("type"):
        cells = (streams, facts, "" if parts == "–" else parts)
        sets = [frozenset(re.findall(r"[a-z_]+\??", cell)) for cell in cells]
        found.update(dict.fromkeys(re.findall(r"`([a-z._]+)`", names), TypeRow(*sets)))
    return found


def states(heading: str, of: str) -> dict[str, dict[str, str]]:
    """State → event type → state after it, for a dataset, a run or a result of section 5."""
    known = [name for name, row in types().items() if of in row.streams]
    rows = [(states.split(", "), _CELL.findall(cell)) for states, cell in _rows(heading)]
    named = {state for states, _ in rows for state in states if state != "any but new"}
    after = {state for _, cells in rows for _, state in cells if state}
    table: dict[str, dict[str, str]] = {state: {} for state in named | after}
    for begun, cells in rows:
        froms = table.keys() - {"new"} if begun == ["any but new"] else begun
        for pattern, state in cells:
            for name in known:
                if re.fullmatch(pattern.replace(".", r"\.").replace("*", ".*"), name):
                    for before in froms:
                        table[before].setdefault(name, state or before)
    return table


DATASET = states("dataset state", "dataset")
RUN = states("run state", "run")
RESULT = states("result (item × epoch)", "run")


@dataclass
class Legal:
    """Says of each event of a recording whether it may stand there; takes in those that may."""

    state: dict[str, str] = field(default_factory=dict[str, str])
    items: dict[str, int] = field(default_factory=dict[str, int])
    sections: int = 0
    scorers: int = 0
    planned: tuple[int, int] = (0, -1)
    holds: dict[str, int] = field(default_factory=dict[str, int])
    results: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    attempts: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    scored: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])
    left: set[tuple[str, int, str]] = field(default_factory=set[tuple[str, int, str]])
    had: set[tuple[str, int, str]] = field(default_factory=set[tuple[str, int, str]])

    def take(self, event: Written) -> bool:
        """Whether the event may stand there; its parts are there to be erased either way."""
        table = DATASET if event.stream.startswith("dataset/") else RUN
        before = self.state.get(event.stream, "new")
        after = table[before].get(event.type)
        may_follow = after is not None and self._follows(event, event.facts)
        if after is not None and may_follow:
            self.state[event.stream] = after
        parts = {(event.stream, event.version, kind) for kind in event.parts}
        self.left |= parts
        self.had |= parts
        return may_follow

    def _follows(self, event: Written, facts: Mapping[str, Any]) -> bool:
        """The rules that stand in brackets, or below the tables."""
        name = "on_result" if event.type.startswith("item.") else event.type.replace(".", "_")
        rule = getattr(self, f"_{name}", None)
        return rule is None or bool(rule(event, facts))

    def _dataset_item_added(self, event: Written, facts: Mapping[str, Any]) -> bool:
        if facts["item"] != self.items.get(event.stream, 0) or facts["section"] > self.sections:
            return False
        self.items[event.stream] = facts["item"] + 1
        self.sections = max(self.sections, facts["section"] + 1)
        return True

    def _dataset_frozen(self, event: Written, facts: Mapping[str, Any]) -> bool:
        return bool(facts["items"] == self.items.get(event.stream, 0))

    def _run_registered(self, event: Written, facts: Mapping[str, Any]) -> bool:
        self.items[event.stream], self.scorers = facts["items"], facts["scorers"]
        return True

    def _run_planned(self, event: Written, facts: Mapping[str, Any]) -> bool:
        (before, last), ranges = self.planned, facts["ranges"]
        continues = before in {0, facts["epochs"]} and ranges[0][0] > last
        if continues and ranges[-1][1] < self.items[event.stream]:
            self.planned = facts["epochs"], ranges[-1][1]
            return True
        return False

    def _hold_placed(self, event: Written, _: Mapping[str, Any]) -> bool:
        self.holds[event.stream] = self.holds.get(event.stream, 0) + 1
        return True

    def _hold_released(self, event: Written, _: Mapping[str, Any]) -> bool:
        holds = self.holds.get(event.stream, 0)
        self.holds[event.stream] = max(0, holds - 1)
        return holds > 0

    def _part_erased(self, event: Written, facts: Mapping[str, Any]) -> bool:
        part = (event.stream, facts["target"], facts["kind"])
        if self.holds.get(event.stream, 0) or part not in self.left:
            return False
        self.left.remove(part)
        return True

    def _part_withheld(self, event: Written, facts: Mapping[str, Any]) -> bool:
        return (event.stream, facts["target"], facts["kind"]) in self.had

    def _score_revised(self, _: Written, facts: Mapping[str, Any]) -> bool:
        return (facts["item"], facts["epoch"], facts["scorer"]) in self.scored

    def _on_result(self, event: Written, facts: Mapping[str, Any]) -> bool:
        at = (facts["item"], facts["epoch"])
        scored = (*at, facts.get("scorer", -1))
        after = RESULT[self.results.get(at, "open")].get(event.type)
        attempt = self.attempts.get(at, 0) + 1
        if at[0] >= self.items[event.stream] or scored[2] >= self.scorers:
            return False
        if after is None or scored in self.scored or facts.get("attempt", attempt) != attempt:
            return False
        self.attempts[at] = attempt if "attempt" in facts else attempt - 1
        self.scored |= {scored} if event.type == "item.scored" else set()
        self.results[at] = after
        return True
