"""Reads the events of a verified bundle with their parts, in step. Not here: verifying it."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from application.stored import StoredEvent
from domain.bundle import layout
from domain.bundle.disclosure import Disclosure, Status
from domain.bundle.history import History
from domain.bundle.lines import lines_in
from domain.bundle.manifest import ITEM, Manifest
from domain.bundle.members import Members
from domain.bundle.parts import digest_of
from domain.errors import Refused
from domain.evaluation.events import read_event
from domain.transparency.merkle import CompactRange, leaf_hash
from domain.verification.checks import Check
from domain.verification.report import Report
from domain.verification.verify import Examination

_SOUND_WITHOUT: Final = frozenset({Check.COMPLETENESS})
"""A run that was given up halfway is evidence too."""


class Verified(NamedTuple):
    """A bundle that was verified, and what the verifier found in it."""

    members: Members
    manifest: Manifest
    history: History
    disclosure: Disclosure
    digest: str

    def lines(self) -> Iterator[bytes]:
        """The envelopes of all streams."""
        return (line for _, line in lines_in(self.members, layout.EVENTS))

    def events(self) -> Iterator[StoredEvent]:
        """The events of all streams with the parts that are disclosed.

        Raises:
            Refused: when a part is not the one that was verified.
        """
        parts = (line for _, line in lines_in(self.members, layout.PARTS))
        for line in self.lines():
            event = read_event(line, layout.EVENTS)
            held: dict[str, bytes] = {}
            for kind, digest, status in self.disclosure.of(event):
                if status is Status.DISCLOSED:
                    held[kind] = next(parts, b"")
                    _check_unchanged(digest, digest_of(held[kind]))
            yield StoredEvent(event, line, held)

    def of_stream(self, stream: str) -> Iterator[StoredEvent]:
        """The events of one stream with their parts; what comes behind it is not read.

        Raises:
            Refused: behind the last one, when they are not those that were verified.
        """
        before = 0
        for end in self.manifest.streams:
            if end.stream == stream:
                tree = CompactRange()
                for stored in islice(self.events(), before, before + end.size):
                    tree.append(leaf_hash(stored.line))
                    yield stored
                _check_unchanged(end.root, tree.root().hex())
            before += end.size

    def lines_of(self, stream: str) -> Iterator[bytes]:
        """The envelopes of one stream, without looking into them."""
        lines = self.lines()
        for end in self.manifest.streams:
            for _ in range(end.size):
                line = next(lines)
                if end.stream == stream:
                    yield line


def only_policy_failed(report: Report) -> bool:
    """Whether a bundle is sound, and yet lacks what a policy requires."""
    failed = {check for check in Check if report.failed(check)}
    return Check.POLICY in failed and failed <= {Check.POLICY, *_SOUND_WITHOUT}


def verified(members: Members | None, examination: Examination) -> Verified:
    """The bundle, for those who go on with it.

    Raises:
        Refused: when any check has failed but that of completeness, or was not reached; and for a
            bundle of one item, which is nothing to go on with.
    """
    report, manifest, walk = examination
    if manifest and manifest.kind == ITEM:
        remedy = "It is there to be verified; ask for the whole bundle."
        raise Refused("bundle", "a whole run or dataset", "one item of a run", remedy)
    failed = [check for check in Check if report.failed(check) and check not in _SOUND_WITHOUT]
    if failed or members is None or manifest is None or walk is None:
        told = ", ".join(f"check {check.number}, {check.label}" for check in failed)
        remedy = "Ask for another copy; eval752 verify tells all findings."
        raise Refused("bundle", "no finding of the verifier", told or "none reached", remedy)
    return Verified(members, manifest, walk.history, walk.disclosure, report.digest)


def _check_unchanged(verified: str, found: str) -> None:
    """The file is read a second time: whoever changed it meanwhile gets nothing in."""
    if verified != found:
        remedy = "Import a copy that nobody writes to."
        raise Refused("bundle", f"the digest {verified}, as it was verified", found, remedy)
