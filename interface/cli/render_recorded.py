"""What was recorded, stream by stream, as lines. Pure."""

from collections.abc import Iterable, Iterator

from application.session import Tally
from interface.cli.screen import Line


def recorded_lines(tallies: Iterable[Tally]) -> Iterator[Line]:
    """A line for each stream, and a warning for each with answers that nothing could score."""
    for tally in tallies:
        known = f", {tally.known} known before" if tally.known else ""
        sealed = f", sealed at version {tally.version}" if tally.sealed else ""
        yield Line(f"{tally.stream}  {counted(tally.recorded, 'event')} recorded{known}{sealed}")
        if tally.unscored:
            told = f"{counted(tally.unscored, 'score')} not computed: no rule applies"
            yield Line(f"  warning: {told} (see docs/scoring.md)", "bad")


def counted(number: int, thing: str) -> str:
    """``1 event``, ``2,000 events``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
