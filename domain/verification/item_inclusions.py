"""Check 6 of a bundle of one item: ``inclusion.jsonl``, in step with the events (format, 14.4).

The question stands in the tree of the dataset that the run names, each event in the log whose head
came along. Not here: whose head that is (check 10).
"""

from domain.bundle import layout
from domain.bundle.item_inclusion import Inclusion, read_inclusion
from domain.bundle.members import Members
from domain.canonical import encode
from domain.errors import Eval752Error, InvalidInput
from domain.evaluation.events import Event
from domain.evaluation.stream import place_of
from domain.transparency.merkle import leaf_hash
from domain.transparency.proofs import verify_inclusion
from domain.verification.checks import Check
from domain.verification.inclusion import SealProof, read_seal_proof
from domain.verification.report import Report
from domain.verification.reported_lines import lines_of


class ItemInclusions:
    """The inclusion proofs, one for each event but the seal."""

    def __init__(self, members: Members, report: Report) -> None:
        self._members, self._report = members, report
        self._lines = lines_of(members, layout.INCLUSION, report)
        self._row: tuple[Event, Inclusion] | None = None
        self._head: SealProof | None = None
        self._index = -1

    def check(self, event: Event, line: bytes) -> None:
        """Check the next one."""
        if event.type == "stream.sealed":
            return
        try:
            _, text = next(self._lines, (0, b""))
            inclusion = read_inclusion(text)
            if event.type == "dataset.item_added":
                self._row = event, inclusion
                return
            if event.type == "run.registered":
                self._check_row(event)
            self._check_in_log(event, line, inclusion)
        except Eval752Error as problem:
            place = f"{place_of(event)}: {problem.place}"
            self._report.fail(Check.TREE, place, problem.expected, problem.found)

    def end(self) -> None:
        """No line may be left."""
        if next(self._lines, None):
            expected = "one line for each event but the seal"
            self._report.fail(Check.TREE, layout.INCLUSION, expected, "more")

    def _check_row(self, registered: Event) -> None:
        if self._row is None:
            return
        row, inclusion = self._row
        if inclusion.leaf != row.facts["item"]:
            expected = f"item {row.facts['item']}"
            raise InvalidInput(f"{layout.INCLUSION}, line 1", expected, f"{inclusion.leaf}")
        items, root = registered.facts["items"], registered.facts["items_root"]
        leaf = leaf_hash(encode(dict(row.parts)))
        verify_inclusion(leaf, inclusion.leaf, items, inclusion.hashes, bytes.fromhex(root))

    def _check_in_log(self, event: Event, line: bytes, inclusion: Inclusion) -> None:
        self._head = self._head or read_seal_proof(self._members, event.origin)
        index, before, seal = inclusion.leaf, self._index, self._head.proof.index
        if not before < index < seal:
            expected = f"an index between {before} and the seal's {seal}"
            raise InvalidInput(layout.INCLUSION, expected, f"{index}")
        self._index = index
        checkpoint = self._head.signed.checkpoint
        hashes, root = inclusion.hashes, checkpoint.root
        verify_inclusion(leaf_hash(line), index, checkpoint.size, hashes, root)
