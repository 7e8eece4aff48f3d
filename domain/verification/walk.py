"""Checks 4 to 7: one walk over events and parts, in step with each other.

Not here: what follows from them (``replay``).
"""

from array import array
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from domain.bundle import layout
from domain.bundle.disclosure import MARKING, Disclosure, Mark, Status, marks
from domain.bundle.history import History, Place
from domain.bundle.lines import split
from domain.bundle.manifest import Manifest, StreamEnd
from domain.bundle.members import Members
from domain.bundle.parts import check_shape, digest_of, read_part
from domain.canonical import encode
from domain.errors import InvalidInput
from domain.evaluation.config import check_config
from domain.evaluation.events import MAX_ENVELOPE_BYTES, Event, read_event
from domain.evaluation.stream import RootMismatch, place_of
from domain.verification.checks import Check, Outcome
from domain.verification.report import Report


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
        lines = (line for _, line in self._lines(layout.EVENTS, told=False))
        self.disclosure = Disclosure(frozenset(manifest.withheld), marks(lines))
        self.undisclosed: dict[Status, dict[str, int]] = {
            Status.WITHHELD: dict.fromkeys(manifest.withheld, 0),
            Status.PART_WITHHELD: {},
            Status.ERASED: {},
        }
        self.parts = _PartsInStep(self)

    def run(self) -> None:
        """Walk from the first event to the last."""
        for number, (offset, line) in enumerate(self._lines(layout.EVENTS), 1):
            try:
                event = read_event(line, layout.EVENTS)
            except InvalidInput as problem:
                place = f"{layout.EVENTS}, line {number}"
                place += problem.place.removeprefix(layout.EVENTS)
                self._report.fail(Check.EVENTS, place, problem.expected, problem.found)
            else:
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
            self._report.fail(Check.TREE, "run.registered, dataset", f"{own}", f"{named}")

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

    def _lines(self, member: str, *, told: bool = True) -> Iterator[tuple[int, bytes]]:
        limit = MAX_ENVELOPE_BYTES if member == layout.EVENTS else layout.MAX_PART_BYTES
        try:
            yield from split(self._members.chunks(member), limit, member)
        except InvalidInput as problem:
            check = Check.EVENTS if member == layout.EVENTS else Check.PARTS
            if told:
                self._report.fail_with(check, problem)

    def part_lines(self) -> Iterator[tuple[int, bytes]]:
        """(offset, line) of each disclosed part."""
        return self._lines(layout.PARTS)

    def fail_part(self, place: str, expected: str, found: str) -> None:
        """Add a finding about a part."""
        self._report.fail(Check.PARTS, place, expected, found)


class _PartsInStep:
    """``parts.jsonl``, one line ahead of the event that it is compared with."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._lines = walk.part_lines()
        self._ids = array("Q")
        self.offset = self.count = 0
        self._line: bytes | None = None
        self._digest = ""
        self._next()

    def expect(self, event: Event, kind: str, digest: str) -> None:
        """The next line must be this part; one that is not stands for another or was altered."""
        self.count += 1
        if self._digest == digest and self._line is not None:
            self._check(event, kind, self._line)
        else:
            found = f"{layout.PARTS}: {self._digest}" if self._digest else "the end of parts.jsonl"
            self._walk.fail_part(f"{place_of(event)}, {kind}", f"part {digest}", found)
        if self._line is not None:
            self._next()

    def expect_none(self, digest: str, place: str, status: Status) -> None:
        """The next line must not be this part, which is withheld or erased."""
        if self._digest == digest:
            self._walk.fail_part(place, f"no such part, since it is {status}", "its content")
            self._next()

    def end(self) -> None:
        """All lines must have been expected; and no outside id may stand twice."""
        if self._line is not None:
            self._walk.fail_part(layout.PARTS, "no part that no event names", self._digest)
        self._ids = array("Q", sorted(self._ids))
        if any(map(int.__eq__, self._ids, self._ids[1:])):
            self._walk.fail_part("items", "outside ids that are unique", "one that stands twice")

    def _check(self, event: Event, kind: str, line: bytes) -> None:
        try:
            part = read_part(line, "part")
            check_shape(kind, part.value, "part")
            if kind == "config":
                check_config(event, kind, part.value, "part")
        except InvalidInput as problem:
            place = f"{place_of(event)}, {kind}{problem.place.removeprefix('part')}"
            self._walk.fail_part(place, problem.expected, problem.found)
            return
        if part.assets:
            self._walk.assets.update(part.assets)
        if kind == "item" and isinstance(part.value, dict):
            short = sha256(str(part.value["id"]).encode()).digest()[:8]
            self._ids.append(int.from_bytes(short))

    def _next(self) -> None:
        offset, line = next(self._lines, (self.offset, None))
        self.offset, self._line = offset, line
        self._digest = "" if line is None else digest_of(line)
