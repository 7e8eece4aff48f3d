"""Checks 4 to 7 of a bundle of one item: its events, each where the log has it, and their parts.

The events are a few of their streams, so that nothing here shows that there are no others (format,
section 14). Not here: the walk over whole streams (``walk``).
"""

from domain.bundle import layout
from domain.bundle.disclosure import Disclosure, Mark, Status
from domain.bundle.history import Place
from domain.bundle.item_history import ItemHistory
from domain.bundle.manifest import Manifest
from domain.bundle.members import Members
from domain.evaluation.events import Event
from domain.evaluation.stream import place_of
from domain.verification.checks import Check, Outcome
from domain.verification.item_inclusions import ItemInclusions
from domain.verification.parts_in_step import PartsInStep
from domain.verification.report import Report
from domain.verification.reported_lines import events_of, lines_of
from domain.verification.walk import LastEvent


class ItemWalk:
    """What the walk brings: the item's history, what is disclosed, the assets of parts, counts."""

    def __init__(self, members: Members, report: Report) -> None:
        self.history = ItemHistory()
        self.assets: set[str] = set()
        self.last = LastEvent()
        self.parts = PartsInStep(lines_of(members, layout.PARTS, report), report, self.assets)
        self._members, self._report = members, report
        self._inclusions = ItemInclusions(members, report)
        self._withheld: list[Mark] = []

    @property
    def disclosure(self) -> Disclosure:
        """What is disclosed, part by part."""
        return Disclosure(frozenset(), self._withheld)

    def run(self) -> None:
        """Walk from the first event to the last."""
        for _, offset, line, event in events_of(self._members, self._report):
            self.last = LastEvent(event.origin, line)
            if problem := self.history.take(event, line, Place(offset, self.parts.offset)):
                self._report.fail_with(Check.STREAM, problem)
            self._inclusions.check(event, line)
            self._take_parts(event)
        self.parts.end()
        self._inclusions.end()
        if self.history.state != "sealed":
            self._report.fail(Check.TREE, layout.EVENTS, "a seal as the last event", "none")
        self._settle()

    def manifest(self, assets: int) -> Manifest:
        """The manifest that the bundle should have."""
        withheld = [mark.kind for mark in self._withheld]
        return self.history.manifest(assets, self.parts.count, withheld)

    def _take_parts(self, event: Event) -> None:
        for kind, digest in event.parts.items():  # by kind: RFC 8785 has sorted them
            if not self.parts.is_next(digest):
                self._withheld.append(Mark(event.stream, event.version, kind, Status.WITHHELD))
                continue
            self.parts.expect(event, kind, digest)
            if kind == "original":
                place = f"{place_of(event)}, {kind}"
                self._report.fail(Check.PARTS, place, "it withheld: it holds all items", "it")

    def _settle(self) -> None:
        settle, history = self._report.settle, self.history
        settle(Check.EVENTS, Outcome.PASSED, f"{history.events} events")
        why = "one item's events: that there are no others of it takes the whole bundle"
        settle(Check.STREAM, Outcome.NOT_SHOWN, why)
        items = history.run.items if history.run else 0
        told = f"the question is one of the run's {items}, and each event is in the log of check 10"
        settle(Check.TREE, Outcome.PASSED, told)
        told = f"{self.parts.count} disclosed"
        if self._withheld:
            told += f", {len(self._withheld)} withheld"
        settle(Check.PARTS, Outcome.PASSED, told)
