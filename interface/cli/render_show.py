"""One run or one dataset as lines. Pure; not here: its items."""

from collections.abc import Iterator, Mapping, Sequence

from application.item_detail import EventDetail
from application.read_model import DatasetRow, Held, Milestone, RunRow
from application.said_of_run import Said
from interface.cli.render_rows import named
from interface.cli.render_summary import summary_lines
from interface.cli.screen import Line
from interface.cli.text import block, content, paragraph
from interface.report_text import trial_told
from interface.shown import DatasetShown, RunShown

_HEAD = 14
_FINDINGS = 20
"""Of whoever read a log file; all are counted."""


def run_lines(shown: RunShown, width: int) -> Iterator[Line]:
    """Identity, totals, events of the run as a whole, config."""
    row = shown.run
    yield Line(f"{row.key.stream} of {_origin(row)}", "strong")
    name = named(row.dataset_name, row.held if row.dataset_name else Held.DISCLOSED)
    yield from _fields(
        {
            "dataset": f"{name}  {row.dataset.stream}".strip(),
            "provider": named(row.provider, row.held),
            "model": named(row.model, row.held),
            "trial": trial_told(row.trial, row.same_config),
            "status": row.status,
            "sealed": f"at version {row.sealed} of {row.version}" if row.sealed else "no",
            "started": _time(row.started, row.started_occurred),
            "ended": _time(row.ended, row.ended_occurred),
            "superseded by": row.superseded_by or "",
        },
        width,
    )
    yield Line("")
    sections = [section.name or "" for section in shown.sections]
    yield from summary_lines(shown.summary, width, sections, shown.scorers)
    yield Line("")
    yield from _events(shown.milestones)
    yield from _said_lines(shown.said, width)
    yield from part_lines(shown.registered, width)


def dataset_lines(shown: DatasetShown, width: int) -> Iterator[Line]:
    """Identity, sections, events of the dataset as a whole, config."""
    row = shown.dataset
    yield Line(f"{row.key.stream} of {_origin(row)}", "strong")
    yield from _fields(
        {
            "name": named(row.name, row.held),
            "items": f"{row.items:,}",
            "registered": row.registered,
            "frozen": row.frozen or "no",
            "sealed": f"at version {row.sealed} of {row.version}" if row.sealed else "no",
        },
        width,
    )
    for section in shown.sections:
        name = section.name or f"section {section.section}"
        yield from _fields({"section": f"{name}: {section.items:,}"}, width)
    yield Line("")
    yield from _events(shown.milestones)
    yield from part_lines(shown.registered, width)


def _said_lines(said: Said, width: int) -> Iterator[Line]:
    """Findings of whoever read a log file, what takes the run's place, and the newest notes."""
    if said.found:
        listed, total = said.found.findings
        yield Line(f"{total:,} found in its file that do not follow from its results", "bad")
        for place, expected, found in listed[:_FINDINGS]:
            text = f"{place}: expected {expected}, found {found}"
            yield from (Line(line, "bad") for line in paragraph("  FINDING: ", text, width))
        if (more := total - len(listed[:_FINDINGS])) > 0:
            yield Line(f"  and {more:,} more", "bad")
        yield Line("")
    if said.superseded:
        yield from _note(said.superseded, f"superseded by {said.superseded.facts['by']}", width)
    for note in said.notes:
        yield from _note(note, note.type, width)
    if more := said.total - len(said.notes):
        yield Line(f"and {more:,} annotations before these")
        yield Line("")


def _note(event: EventDetail, what: str, width: int) -> Iterator[Line]:
    yield Line(f"{what}, {event.at}, by {event.actor}, version {event.version}", "strong")
    yield from part_lines(event, width)
    yield Line("")


def part_lines(event: EventDetail, width: int) -> Iterator[Line]:
    """The parts of an event: content behind a bar, or what became of it; each with its digest."""
    for part in event.parts:
        yield Line(f"{part.kind}  {part.digest}", "strong")
        if part.status != "disclosed":
            yield Line(f"  ({part.status})", "bad" if part.status == "missing" else "dim")
            continue
        yield from map(Line, block(content(part.value), width))


def _origin(row: RunRow | DatasetRow) -> str:
    return f"{row.key.origin} (a mirror)" if row.mirror else f"{row.key.origin} (this archive)"


def _time(recorded: str | None, occurred: str | None) -> str:
    if recorded is None:
        return "no"
    return f"{recorded}, claimed {occurred}" if occurred else recorded


def _events(milestones: Sequence[Milestone]) -> Iterator[Line]:
    for version, kind, at, _ in milestones:
        yield Line(f"{version:>9}  {at}  {kind}")
    yield Line("")


def _fields(fields: Mapping[str, str], width: int) -> Iterator[Line]:
    for name, value in fields.items():
        if value:
            for text in paragraph(f"  {name:<{_HEAD}}", value, width):
                yield Line(text)
