"""Checks 4 to 7: one walk over events and parts, in step with each other.

Not here: what follows from them (``replay``).
"""

from typing import NamedTuple

from domain.bundle import layout
from domain.bundle.disclosure import MARKING, Disclosure, Mark, Status, marks
from domain.bundle.history import History, Place
from domain.bundle.manifest import Manifest, StreamEnd
from domain.bundle.members import Members
from domain.canonical import encode
from domain.evaluation.events import Event
from domain.evaluation.stream import RootMismatch, place_of
from domain.verification.checks import Check, Outcome
from domain.verification.parts_in_step import PartsInStep
from domain.verification.report import Report
from domain.verification.reported_lines import events_of, lines_of


class LastEvent(NamedTuple):
    """The last event that is in its place: a seal, in a bundle that is sound."""

    origin: str = ""
    line: bytes = b""


class Walk:
    """What the walk brings: the history, the disclosure, the assets that parts list, and counts."""

    def __init__(self, members: Members, manifest: Manifest, report: Report) -> None:
        self.history = History()
        self.assets: set[str] = set()
        self.last = LastEvent()
        self._members, self._manifest, self._report = members, manifest, report
        self._marked: set[Mark] = set()
        self._streams, self._stream = [end.stream for end in manifest.streams], 0
        lines = (line for _, line in lines_of(members, layout.EVENTS, None))
        self.disclosure = Disclosure(frozenset(manifest.withheld), marks(lines))
        self.undisclosed: dict[Status, dict[str, int]] = {
            Status.WITHHELD: dict.fromkeys(manifest.withheld, 0),
            Status.PART_WITHHELD: {},
            Status.ERASED: {},
        }
        self.parts = PartsInStep(lines_of(members, layout.PARTS, report), report, self.assets)

    def run(self) -> None:
        """Walk from the first event to the last."""
        for number, offset, line, event in events_of(self._members, self._report):
            self._take(event, line, offset, number)
        self.parts.end()
        self._check_ends()
        self._settle()

    def _take(self, event: Event, line: bytes, offset: int, number: int) -> None:
        if not self._is_in_place(event, number):
            return
        self.last = LastEvent(event.origin, line)
        problem = self.history.take(event, line, Place(offset, self.parts.offset))
        if problem:
            check = Check.TREE if isinstance(problem, RootMismatch) else Check.STREAM
            self._report.fail_with(check, problem)
        elif event.type in MARKING:
            self._check_mark(event)
        undisclosed = self.disclosure.undisclosed(event.stream, event.version)
        for kind, digest in event.parts.items():  # by kind: RFC 8785 has sorted them
            if kind in undisclosed:
                self._count(event, kind, digest, undisclosed[kind])
            else:
                self.parts.expect(event, kind, digest)

    def _count(self, event: Event, kind: str, digest: str, status: Status) -> None:
        self.undisclosed[status][kind] = self.undisclosed[status].get(kind, 0) + 1
        self.parts.expect_none(digest, f"{place_of(event)}, {kind}", status)
        marks = (Mark(event.stream, event.version, kind, each) for each in MARKING.values())
        self._marked.update(mark for mark in marks if mark in self.disclosure.marks)

    def _check_mark(self, event: Event) -> None:
        """The part was met, since its event stands before; and no other event has erased it."""
        target, kind = event.facts["target"], event.facts["kind"]
        mark = Mark(event.stream, target, kind, MARKING[event.type])
        if mark not in self._marked:
            expected = f"a part of version {target}"
            expected += ", not erased before" if mark.status is Status.ERASED else ""
            self._report.fail(Check.STREAM, place_of(event), expected, f"its {kind}")
        elif mark.status is Status.ERASED:
            self._marked.remove(mark)

    def _is_in_place(self, event: Event, number: int) -> bool:
        """Whether the event is of the stream at hand or of the next; no other is taken in."""
        if self.history.events and event.stream == self._streams[self._stream]:
            return True
        expected = self._streams[self._stream : self._stream + 2]
        if event.stream in expected:
            self._stream += expected.index(event.stream)
            return True
        place = f"{layout.EVENTS}, line {number}, stream"
        self._report.fail(Check.STREAM, place, " or ".join(expected), event.stream)
        return False

    def _check_ends(self) -> None:
        for end in self._manifest.streams:
            head = self.history.heads.get(end.stream)
            if head is None:
                self._report.fail(Check.STREAM, end.stream, "its events", "none")
                continue
            if head.sealed != head.version:
                expected, found = "a seal as the last event", "events after the last seal"
                self._report.fail(Check.TREE, end.stream, expected, found)
            computed = StreamEnd(head.origin, head.tree.root().hex(), head.version, end.stream)
            if computed != end:
                place = f"{layout.MANIFEST}, streams"
                sides = (encode(dict(each._asdict())).decode() for each in (computed, end))
                self._report.fail(Check.MANIFEST, place, *sides)
        self._check_dataset()

    def _check_dataset(self) -> None:
        dataset, run = self.history.dataset, self.history.run
        if run is None:
            return
        head = next(iter(self.history.heads.values()))
        own = (head.stream, head.origin, dataset.items, dataset.root)
        named = (f"dataset/{run.dataset}", run.dataset_origin, run.items, run.items_root)
        if own != named:
            told = (", ".join(map(str, each)) for each in (own, named))
            self._report.fail(Check.TREE, "run.registered, dataset", *told)

    def _settle(self) -> None:
        heads = self.history.heads.values()
        told = " + ".join(f"{head.version}" for head in heads)
        self._report.settle(Check.EVENTS, Outcome.PASSED, f"{self.history.events} events")
        self._report.settle(Check.STREAM, Outcome.PASSED, f"versions without a gap: {told}")
        roots = ", ".join(
            f"{h.stream.partition('/')[0]} {h.tree.root().hex()[:16]}…" for h in heads
        )
        self._report.settle(Check.TREE, Outcome.PASSED, f"roots: {roots}")
        self._report.settle(Check.PARTS, Outcome.PASSED, self._parts_told())

    def _parts_told(self) -> str:
        left_out = (
            f"{count} {kind} {status}"
            for status, counts in self.undisclosed.items()
            for kind, count in sorted(counts.items())
            if count
        )
        return ", ".join([f"{self.parts.count} disclosed", *left_out])
