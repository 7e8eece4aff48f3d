"""A dataset: what may follow what in its stream (format, section 5), and what decides it.

Not here: the items' content, and the rule that outside ids are unique, which only the content
can show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.canonical import encode
from domain.evaluation.events import Event
from domain.evaluation.stream import ANY_BUT_NEW, check_root, out_of_turn, refused
from domain.transparency.merkle import CompactRange, leaf_hash

NEXT: Mapping[str, Mapping[str, str]] = {
    "new": {"dataset.registered": "open"},
    "open": {"dataset.item_added": "open", "dataset.frozen": "frozen", "stream.sealed": "sealed"},
    "frozen": {"stream.sealed": "sealed"},
    "sealed": {"stream.sealed": "sealed"},
}


@dataclass(slots=True)
class Dataset:
    """The state of one dataset; ``tree`` is over the items' digests, ``root`` its frozen root."""

    state: str = "new"
    items: int = 0
    sections: int = 0
    root: str = ""
    tree: CompactRange = field(default_factory=CompactRange)

    def apply(self, event: Event) -> None:
        """Take in the next event.

        Raises:
            Refused: when it may not follow; the state is then as it was.
        """
        if event.type in ANY_BUT_NEW and self.state != "new":
            return
        state = NEXT[self.state].get(event.type)
        if state is None:
            types = {*NEXT[self.state], *(ANY_BUT_NEW if self.state != "new" else ())}
            raise out_of_turn(event, f"a dataset that is {self.state}", types)
        if rule := _RULES.get(event.type):
            rule(self, event)
        self.state = state

    def _add(self, event: Event) -> None:
        item, section = event.facts["item"], event.facts["section"]
        if item != self.items:
            raise refused(event, f"item {self.items}", f"item {item}")
        if section > self.sections:
            raise refused(event, f"a section up to {self.sections}", f"section {section}")
        self.items += 1
        self.sections = max(self.sections, section + 1)
        self.tree.append(leaf_hash(encode(dict(event.parts))))

    def _freeze(self, event: Event) -> None:
        stated = (event.facts["items"], event.facts["items_root"])
        check_root(event, stated, (self.items, self.tree.root().hex()))
        self.root = event.facts["items_root"]


_RULES = {"dataset.item_added": Dataset._add, "dataset.frozen": Dataset._freeze}
