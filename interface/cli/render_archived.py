"""What became of a log file, as lines. Pure."""

from collections.abc import Iterator

from application.archive_report import ArchiveReport
from interface.cli.render_recorded import counted
from interface.cli.screen import Line
from interface.cli.text import paragraph, table


def archived_lines(file: str, report: ArchiveReport, width: int) -> Iterator[Line]:
    """The streams, what stood in the file and is in the archive, notes, likely secrets."""
    yield Line(file, "strong")
    yield Line(f"  sha256   {report.digest}, read as {report.mapping}")
    for stream in (report.dataset, *report.runs):
        yield Line(f"  {stream}")
    known = f", {report.known:,} known before" if report.known else ""
    kept = "kept" if report.original else "not kept"
    yield Line(f"  {counted(report.recorded, 'event')} recorded{known}; the file itself is {kept}")
    rows = [(count.kind, f"{count.found:,}", f"{count.archived:,}") for count in report.counts]
    yield from (Line(f"  {text}") for text in table(("", "in file", "archived"), rows, width - 2))
    for note in report.notes:
        text = f"{note.times:,} x {note.what}, first at {note.first}"
        yield from map(Line, paragraph("  note: ", text, width))
    if report.compared:
        yield Line(
            f"  {counted(report.compared, 'statement')} of the file compared with its results"
        )
    for finding in report.findings:
        text = f"{finding.place}: expected {finding.expected}, found {finding.found}"
        yield from (Line(t, "bad") for t in paragraph("  FINDING: ", text, width))
    for secret in report.secrets:
        text = f"what looks like a secret ({secret.rule}) at {secret.place}"
        yield from (Line(t, "bad") for t in paragraph("  warning: ", text, width))
    if more := report.secret_count - len(report.secrets):
        yield Line(f"  warning: and {more:,} more", "bad")
    if report.withheld:
        yield Line(f"  {counted(report.withheld, 'part')} withheld from every bundle")
    yield Line("")
