"""Histories and states as lines. Pure; not here: what happened, and what it came to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from application.replaying import Replayed, told
from application.spans import kind_of
from domain.evaluation.events import Event
from domain.syntax import is_digest
from interface.cli.render_summary import summary_lines
from interface.cli.screen import Line
from interface.cli.text import paragraph

_INDENT: Final = 11


def history_entries(events: Iterable[Event], width: int, *, each: bool) -> Iterator[Sequence[Line]]:
    """Version, time, who and what; stretches of like events in one entry, unless ``each`` is asked.

    The first entry of a stream begins with its name.
    """
    for stream, of_stream in groupby(events, lambda event: (event.stream, event.origin)):
        head = [Line(f"{stream[0]} of {stream[1]}", "strong")]
        for _, stretch in groupby(of_stream, _by_version if each else _by_kind):
            yield [*head, *_stretch(stretch, width)]
            head = []


def state_lines(state: Replayed, width: int) -> Iterator[Line]:
    """The moment, and the summary then."""
    yield Line(f"{state.stream} at version {state.version}, {state.at}", "strong")
    if "all" in state.state:
        sealed = ", sealed" if state.state["sealed"] else ""
        yield Line(f"  status {state.state['status']}{sealed}")
        yield from summary_lines(state.state, width)
        return
    for name, value in state.state.items():
        yield Line(f"  {name:<9}{value}")


def _short(value: object) -> str:
    return f"{value[:16]}…" if isinstance(value, str) and is_digest(value) else str(value)


def _by_version(event: Event) -> tuple[Any, ...]:
    return (event.version,)


def _by_kind(event: Event) -> tuple[Any, ...]:
    kind = kind_of(event.type)
    return (kind, event.actor) if kind else (event.version,)


def _stretch(stretch: Iterable[Event], width: int) -> Iterator[Line]:
    counts: Counter[str] = Counter()
    first = last = None
    for event in stretch:
        counts[event.type] += 1
        first, last = first or event, event
    assert first is not None
    assert last is not None
    if first is last:
        facts = ", ".join(f"{name} {_short(value)}" for name, value in told(first))
        what = f"{first.type}  {facts}"
    else:
        what = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
        what += f", until {last.at}"
    versions = f"{first.version}" if first is last else f"{first.version}–{last.version}"
    head = f"{versions:>9}  {first.at}  {first.actor}  "
    yield from map(Line, paragraph(head, what, width, indent=_INDENT))
