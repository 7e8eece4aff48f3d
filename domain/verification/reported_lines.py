"""The lines of a bundle's members; what is none is a finding. Not here: what lines mean."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from domain.bundle import layout
from domain.bundle.lines import lines_in
from domain.bundle.members import Members
from domain.errors import InvalidInput
from domain.evaluation.events import Event, read_event
from domain.verification.checks import Check
from domain.verification.report import Report

_CHECKS: Final = {
    layout.EVENTS: Check.EVENTS,
    layout.PARTS: Check.PARTS,
    layout.INCLUSION: Check.TREE,
}


class EventLine(NamedTuple):
    """An event, its line, and where it stands: its number from 1, and its offset."""

    number: int
    offset: int
    line: bytes
    event: Event


def lines_of(members: Members, member: str, report: Report | None) -> Iterator[tuple[int, bytes]]:
    """(offset, line) of a member, up to what is no line."""
    try:
        yield from lines_in(members, member)
    except InvalidInput as problem:
        if report:
            report.fail_with(_CHECKS[member], problem)


def events_of(members: Members, report: Report) -> Iterator[EventLine]:
    """The lines of ``events.jsonl`` that are events; check 4 fails for each other."""
    for number, (offset, line) in enumerate(lines_of(members, layout.EVENTS, report), 1):
        try:
            yield EventLine(number, offset, line, read_event(line, layout.EVENTS))
        except InvalidInput as problem:
            place = f"{layout.EVENTS}, line {number}"
            place += problem.place.removeprefix(layout.EVENTS)
            report.fail(Check.EVENTS, place, problem.expected, problem.found)
