"""Checks 14 to 16: what follows from the events, done again and compared.

Completeness against the plan, views byte for byte, and deterministic scores. Not here: the events
themselves, whose walk must have passed before any of this means something.
"""

from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from domain.bundle import layout, views
from domain.bundle.lines import split
from domain.bundle.members import Members
from domain.bundle.reading import Reading
from domain.errors import InvalidInput
from domain.evaluation import results
from domain.evaluation.plan import Plan
from domain.evaluation.run import Run
from domain.evaluation.summary import Summary
from domain.verification.checks import Check, Outcome
from domain.verification.evidence import Inspected
from domain.verification.report import MAX_FINDINGS, Report
from domain.verification.rescoring import Rescoring


def check_completeness(reading: Reading, report: Report) -> None:
    """Check 14: every planned result is answered or has failed explicitly."""
    plan, run = reading.history.plan, reading.history.run
    if run is None or not plan.declared:
        why = "a dataset alone has no results" if run is None else "no plan was declared"
        report.settle(Check.COMPLETENESS, Outcome.NOT_SHOWN, why)
        return
    for item, epoch in islice(_missing(plan, run), MAX_FINDINGS):
        place, found = f"item {item}, epoch {epoch}", f"neither; the run is {run.status}"
        report.fail(Check.COMPLETENESS, place, "an answer or an explicit error", found)
    if report.failed(Check.COMPLETENESS):
        ended = sum(plan.includes(*at) and _has_ended(run, *at) for at in run.results.places())
        report.count(Check.COMPLETENESS, plan.results - ended)
    unplanned = run.items - plan.results // plan.epochs
    rest = f"; {unplanned} of {run.items} items were not planned" if unplanned else ""
    report.settle(Check.COMPLETENESS, Outcome.PASSED, f"all {plan.results} planned results{rest}")


def _missing(plan: Plan, run: Run) -> Iterator[tuple[int, int]]:
    for item in plan.items():
        for epoch in range(1, plan.epochs + 1):
            if not _has_ended(run, item, epoch):
                yield item, epoch


def _has_ended(run: Run, item: int, epoch: int) -> bool:
    return results.unpack(run.results.get(epoch, item)).outcome != results.OPEN


def content_size(members: Members) -> int:
    """Bytes of events and parts: how much work a bundle may ask for goes by it."""
    return members.size(layout.EVENTS) + members.size(layout.PARTS)


class Replay:
    """Rebuilds every view from the events, compares, and rescores on the way."""

    def __init__(self, members: Members, reading: Reading, report: Report) -> None:
        self._members, self._reading, self._report = members, reading, report
        self.rescoring = Rescoring(reading, report, content_size(members))
        self.inspected = Inspected()
        self.results = 0

    def run(self) -> None:
        """Checks 15 and 16."""
        self._compare_all()
        self._report.settle(Check.REPLAY, Outcome.PASSED, f"rebuilt {self.results} results")
        self.rescoring.settle()

    def _compare_all(self) -> None:
        self._compare(layout.META, [views.meta(self._reading)])
        for ordinal, items in enumerate(self._reading.history.by_section()):
            lines = views.section(self._reading, items)
            self._compare(layout.section_member(ordinal), lines)
        run = self._reading.history.run
        if run:
            self._compare(layout.RUN_CONFIG, [views.run_config(self._reading)])
            summary = views.new_summary(self._reading)
            self._compare(layout.RESULTS, self._result_lines(summary, run.scorers))
            self._compare(layout.SUMMARY, [views.summary_text(summary, self._reading)])

    def _result_lines(self, summary: Summary, scorers: int) -> Iterator[bytes]:
        for result in self._reading.results():
            views.count(summary, self._reading, result)
            self.rescoring.check(result)
            self.results += 1
            self.inspected.count(result)
            yield views.result_line(result, scorers)

    def _compare(self, member: str, expected: Iterable[bytes]) -> None:
        """Compare a member line by line; every expected line is made, also beyond a difference."""
        found = self._lines(member)
        for number, (ours, theirs) in enumerate(zip_longest(expected, found), 1):
            if ours is not None and theirs is not None and ours[:-1] == theirs:
                continue
            place = f"{member}, line {number}"
            self._report.fail(Check.REPLAY, place, _shown(ours), _shown(theirs))

    def _lines(self, member: str) -> Iterator[bytes]:
        try:
            for _, line in split(self._members.chunks(member), 16 * layout.MAX_PART_BYTES, member):
                yield line
        except InvalidInput as problem:
            self._report.fail_with(Check.REPLAY, problem)


def _shown(line: bytes | None) -> str:
    if line is None:
        return "no such line"
    text = line.decode("utf-8", "replace").rstrip("\n")
    return text if len(text) <= 200 else f"{text[:197]}..."
