"""``eval752 replay``: who did what when, and what it came to, at any moment.

Not here: the replay (``application.replaying``).
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from application.replaying import Moment, Replayed, Replayer, read_moment
from domain.bundle import layout
from domain.bundle.manifest import ITEM, read_manifest
from domain.errors import InvalidInput, Refused
from domain.evaluation.events import Event
from domain.verification.policy import Policy
from interface.cli.archived import History
from interface.cli.options import Where
from interface.cli.render_replay import history_entries, state_lines
from interface.cli.render_report import failed_checks
from interface.cli.screen import Line, Screen
from interface.report_text import to_json
from interface.verifying import examined


class Asked(NamedTuple):
    """How far to replay and what to show.

    ``events`` lists each event (True), none (False), or stretches of like ones (None); ``limit`` is
    for entries and 0 for all of them; ``anyway`` replays a bundle that does not verify.
    """

    moment: Moment
    events: bool | None
    limit: int
    anyway: bool


def moment_of(text: str | None) -> Moment:
    """The moment that ``--at`` names; without one, the end."""
    return Moment() if text is None else read_moment(text)


def replay(screen: Screen, where: Where, name: str, asked: Asked) -> None:
    """Show history and state."""
    with _replayer(screen, where, name, asked) as replayer:
        state = replayer.state(asked.moment)
        if screen.as_json:
            _write(screen, replayer, state, asked)
            return
        if asked.events is not False:
            events = replayer.events(asked.moment)
            entries = history_entries(events, screen.width, each=asked.events is True)
            screen.lines(_limited(entries, asked.limit))
            screen.lines([Line("")])
        screen.lines(state_lines(state, screen.width))


@contextmanager
def _replayer(screen: Screen, where: Where, name: str, asked: Asked) -> Generator[History]:
    if Path(name).is_file():
        with _of_bundle(screen, name, anyway=asked.anyway) as replayer:
            yield replayer
        return
    with (
        where.archive(writable=False) as archive,
        archive.history(archive.find(name)) as history,
    ):
        yield history


@contextmanager
def _of_bundle(screen: Screen, file: str, *, anyway: bool) -> Generator[Replayer]:
    with examined(Path(file), Policy()) as ((report, *_), members):
        if not report.verified:
            failed = ", ".join(failed_checks(report))
            if members is None or not anyway:
                remedy = f"See eval752 verify {file}; --anyway replays it all the same."
                raise Refused(file, "a bundle that verifies", f"failed: {failed}", remedy)
            screen.note(f"NOT VERIFIED, failed: {failed}. What follows may be forged.", "bad")
        assert members is not None
        manifest = read_manifest(b"".join(members.chunks(layout.MANIFEST)))
        if manifest.kind == ITEM:
            remedy = "Ask for the whole bundle."
            raise Refused(file, "the history of a run or dataset", "one item of a run", remedy)
        try:
            yield Replayer(members, frozenset(manifest.withheld))
        except (LookupError, RuntimeError, StopIteration, ValueError) as problem:
            if report.verified:
                raise
            raise InvalidInput(file, "a history that can be followed", repr(problem)) from problem


def _limited(entries: Iterator[Sequence[Line]], limit: int) -> Iterator[Line]:
    yield from chain.from_iterable(islice(entries, limit) if limit else entries)
    if more := sum(1 for _ in entries):
        yield Line(f"  … and {more:,} more; --limit 0 shows all", "dim")


def _write(screen: Screen, replayer: History, state: Replayed, asked: Asked) -> None:
    """The document piece by piece: a history may be long."""
    screen.write('{"events": [')
    events: Iterator[Event] = iter(()) if asked.events is False else replayer.events(asked.moment)
    shown = islice(events, asked.limit) if asked.limit else events
    for number, event in enumerate(shown):
        screen.write(f"{',' if number else ''}\n{to_json(event._asdict())}")
    left_out = sum(1 for _ in events)
    then = {"stream": state.stream, "version": state.version, "at": state.at}
    rest: dict[str, Any] = {"events_left_out": left_out, **then, "state": state.state}
    screen.write(f"],\n{to_json(rest)[1:]}\n")
