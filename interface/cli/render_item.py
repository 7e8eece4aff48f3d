"""One item, and what a run made of it, as lines. Pure; not here: where it is looked up."""

from collections.abc import Iterator

from application.item_detail import EventDetail, ItemDetail, ScoreDetail
from interface.cli.render_recorded import counted
from interface.cli.render_show import part_lines
from interface.cli.screen import Line
from interface.cli.text import clipped, paragraph


def result_lines(detail: ItemDetail, width: int) -> Iterator[Line]:
    """The item, each attempt, each score, annotations, every one with its place in its stream."""
    row = detail.result
    outside = clipped(row.outside or f"({row.outside_held.name.lower()})", 60)
    tried = counted(row.attempts, "attempt")
    told = f"item {row.item}, epoch {row.epoch}: {outside}, {row.status}, {tried}"
    yield Line(told, "strong")
    yield from _titled("QUESTION", detail.question, width)
    for number, attempt in enumerate(detail.attempts, 1):
        yield from _titled(f"ATTEMPT {number}", attempt, width)
    for score in detail.scores:
        yield from _score(score, width)
    for annotation in detail.annotations:
        yield from _titled("ANNOTATION", annotation, width)


def event_lines(event: EventDetail, width: int) -> Iterator[Line]:
    """One event: what it is, where it stands, its facts, its parts."""
    facts = ", ".join(f"{name} {value}" for name, value in sorted(event.facts.items()))
    yield Line(f"  {event.stream}, version {event.version}, {event.at}, {event.actor}", "dim")
    yield Line(f"  leaf {event.leaf}", "dim")
    for text in paragraph(f"  {event.type}  ", facts, width):
        yield Line(text)
    yield from part_lines(event, width)


def _score(score: ScoreDetail, width: int) -> Iterator[Line]:
    until = f", revised at version {score.until}" if score.until else ""
    name = clipped(score.name, 40) or f"scorer {score.scorer}"
    title = f"SCORE {name} by {score.method or 'an undisclosed method'}: {score.basis}{until}"
    yield from _titled(title, score.event, width)


def _titled(title: str, event: EventDetail, width: int) -> Iterator[Line]:
    yield Line("")
    yield Line(title, "strong")
    yield from event_lines(event, width)
