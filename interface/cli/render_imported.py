"""What an import came to, stream by stream, as lines. Pure."""

from collections.abc import Iterator

from application.importing import Imported
from domain.verification.checks import Outcome
from domain.verification.report import Report
from interface.cli.render_recorded import counted
from interface.cli.screen import Line


def imported_lines(file: str, imported: Imported, report: Report) -> Iterator[Line]:
    """The file, its streams, and the findings that it came with all the same."""
    yield Line(file, "strong")
    yield Line(f"  bundle digest  {imported.digest}")
    for end, change in imported.changes:
        told = f"{change.value}, {counted(end.size, 'event')}"
        yield Line(f"  {end.stream} of {end.origin}  {told}")
    for line in report.lines.values():
        if line.outcome is Outcome.FAILED:
            told = f"check {line.check.number}, {line.check.label}: {line.detail}"
            yield Line(f"  kept with what it shows: {told} (eval752 verify says more)", "bad")
