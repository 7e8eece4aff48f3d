"""A run: what may follow what in its stream (format, section 5), and what decides it.

Not here: the plan (``plan``), the content of responses and scores, and anything that
grows with the run but one packed integer for each result, which may be kept elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.errors import Refused
from domain.evaluation import results
from domain.evaluation.events import Event
from domain.evaluation.results import SparseTable
from domain.evaluation.stream import ANY_BUT_NEW, out_of_turn, refused

_ENDED = {"item.scored": "", "score.revised": "", "stream.sealed": "sealed"}

# "" stays in the state.
NEXT: Mapping[str, Mapping[str, str]] = {
    "new": {"run.registered": "pending"},
    "pending": {
        "run.planned": "", "run.started": "running", "run.failed": "failed",
        "run.canceled": "canceled", "stream.sealed": "sealed",
    },
    "running": {
        "item.attempt_failed": "", "item.answered": "", "item.scored": "", "item.failed": "",
        "run.resumed": "", "run.completed": "completed", "run.failed": "failed",
        "run.canceled": "canceled", "stream.sealed": "sealed",
    },
    "completed": _ENDED,
    "failed": {**_ENDED, "run.resumed": "running"},
    "canceled": _ENDED,
    "sealed": {"score.revised": "", "stream.sealed": ""},
}  # fmt: skip
ALWAYS = ANY_BUT_NEW | {"run.annotated", "run.superseded"}

ON_RESULT: Mapping[str, tuple[str, Callable[..., int]]] = {
    "item.attempt_failed": ("attempt", results.after_attempt_failed),
    "item.answered": ("attempt", results.after_answered),
    "item.failed": ("", results.after_failed),
    "item.scored": ("scorer", results.after_scored),
    "score.revised": ("scorer", results.after_revised),
}


@dataclass(slots=True)
class Run:
    """The state of one run; ``status`` is what it was before it was sealed."""

    state: str = "new"
    status: str = "new"
    dataset: str = ""
    dataset_origin: str = ""
    items: int = 0
    items_root: str = ""
    scorers: int = 0
    plan_epochs: int = 0
    plan_last: int = -1
    results: SparseTable = field(default_factory=SparseTable)

    def apply(self, event: Event) -> None:
        """Take in the next event.

        Raises:
            Refused: when it may not follow; the state is then as it was.
        """
        kind = event.type
        if kind in ALWAYS and self.state != "new":
            return
        state = NEXT[self.state].get(kind)
        if state is None:
            types = {*NEXT[self.state], *(ALWAYS if self.state != "new" else ())}
            raise out_of_turn(event, f"a run that is {self.state}", types)
        if kind in ON_RESULT:
            self.take_result(event)
        elif kind == "run.registered":
            self.register(event)
        elif kind == "run.planned":
            self._plan(event)
        if state:
            self.state = state
            self.status = self.status if state == "sealed" else state

    def register(self, event: Event) -> None:
        """Take in what the run is about."""
        facts = event.facts
        self.dataset, self.dataset_origin = facts["dataset"], facts["dataset_origin"]
        self.items, self.items_root, self.scorers = (
            facts["items"],
            facts["items_root"],
            facts["scorers"],
        )

    def _plan(self, event: Event) -> None:
        epochs, ranges = event.facts["epochs"], event.facts["ranges"]
        if self.plan_epochs not in {0, epochs}:
            raise refused(event, f"{self.plan_epochs} epochs, as planned before", f"{epochs}")
        if ranges[0][0] <= self.plan_last or ranges[-1][1] >= self.items:
            expected = f"items from {self.plan_last + 1} to {self.items - 1}"
            raise refused(event, expected, f"{ranges[0][0]} to {ranges[-1][1]}")
        self.plan_epochs, self.plan_last = epochs, ranges[-1][1]

    def take_result(self, event: Event) -> None:
        """Take in an event of one result.

        Raises:
            Refused: when it may not follow in that result.
        """
        facts = event.facts
        epoch, item = facts["epoch"], facts["item"]
        if item >= self.items:
            raise refused(event, f"an item below {self.items}", f"item {item}")
        if "scorer" in facts and facts["scorer"] >= self.scorers:
            raise refused(event, f"a scorer below {self.scorers}", f"scorer {facts['scorer']}")
        argument, after = ON_RESULT[event.type]
        before = self.results.get(epoch, item)
        try:
            bits = after(before, facts[argument]) if argument else after(before)
        except Refused as problem:
            place = f"item {item}, epoch {epoch}: {problem.place}"
            raise refused(
                event, f"{place}: {problem.expected}", problem.found, problem.remedy
            ) from None
        self.results.put(epoch, item, bits)
