"""``parts.jsonl``, read in step with the events that name its parts.

Of check 7: each line is the part that comes next, in the form of its kind. Not here: which parts a
bundle discloses (``walk``, ``item_walk``).
"""

from array import array
from collections.abc import Iterator
from hashlib import sha256

from domain.bundle import layout
from domain.bundle.disclosure import Status
from domain.bundle.parts import check_shape, digest_of, read_part
from domain.errors import InvalidInput
from domain.evaluation.config import check_config
from domain.evaluation.events import Event
from domain.evaluation.stream import place_of
from domain.verification.checks import Check
from domain.verification.report import Report


class PartsInStep:
    """The parts, one line ahead of their events; ``assets`` gathers those that they list."""

    def __init__(
        self, lines: Iterator[tuple[int, bytes]], report: Report, assets: set[str]
    ) -> None:
        self._lines, self._report, self._assets = lines, report, assets
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
            self._fail(f"{place_of(event)}, {kind}", f"part {digest}", found)
        if self._line is not None:
            self._next()

    def expect_none(self, digest: str, place: str, status: Status) -> None:
        """The next line must not be this part, which is withheld or erased."""
        if self._digest == digest:
            self._fail(place, f"no such part, since it is {status}", "its content")
            self._next()

    def is_next(self, digest: str) -> bool:
        """Whether the next line is this part."""
        return self._digest == digest

    def end(self) -> None:
        """All lines must have been expected; and no outside id may stand twice."""
        if self._line is not None:
            self._fail(layout.PARTS, "no part that no event names", self._digest)
        self._ids = array("Q", sorted(self._ids))
        if any(map(int.__eq__, self._ids, self._ids[1:])):
            self._fail("items", "outside ids that are unique", "one that stands twice")

    def _check(self, event: Event, kind: str, line: bytes) -> None:
        try:
            part = read_part(line, "part")
            check_shape(kind, part.value, "part")
            if kind == "config":
                check_config(event, kind, part.value, "part")
        except InvalidInput as problem:
            place = f"{place_of(event)}, {kind}{problem.place.removeprefix('part')}"
            self._fail(place, problem.expected, problem.found)
            return
        if part.assets:
            self._assets.update(part.assets)
        if kind == "item" and isinstance(part.value, dict):
            short = sha256(str(part.value["id"]).encode()).digest()[:8]
            self._ids.append(int.from_bytes(short))

    def _next(self) -> None:
        offset, line = next(self._lines, (self.offset, None))
        self.offset, self._line = offset, line
        self._digest = "" if line is None else digest_of(line)

    def _fail(self, place: str, expected: str, found: str) -> None:
        self._report.fail(Check.PARTS, place, expected, found)
