"""A verifier's report as plain text or JSON, for ``eval752 verify`` and the standalone verifier.

Pure, standard library only: a report in, lines out. What stands in a bundle was written by others,
so whatever could move a cursor, hide or reorder text is shown as an escape. Not here: colour, and
where the lines go.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from domain.canonical import Json
from domain.errors import Eval752Error
from domain.verification.checks import Check, Outcome
from domain.verification.report import Finding, Line, Report
from domain.verification.timestamps import SEAL_EXISTED
from interface.hidden_characters import escape, revealed

WIDTH: Final = 100
"""No line is wider, in characters."""

NO_DIGEST: Final = "none: SHA256SUMS is not shown to be of this content"
"""What stands in the place of a bundle digest where there is none that the content has."""

_CONTEXT: Final = 24
"""Characters that are shown before two sides of a finding differ."""

VERIFIED, FINDINGS, UNREADABLE = 0, 1, 2
"""Exit codes; of several files, the highest counts."""

_COUNTED: Final = {VERIFIED: "verified", FINDINGS: "not verified", UNREADABLE: "unreadable"}
_MARKS: Final = {Outcome.PASSED: "passed", Outcome.FAILED: "FAILED", Outcome.NOT_SHOWN: "not shown"}
_HOLDS: Final = {True: "yes", False: "NO", None: "not shown"}


def printable(text: str) -> str:
    """The text with all that is hidden as escapes, and spaces that only look like one."""
    return "".join(char if char.isprintable() else escape(char) for char in revealed(text))


def exit_code(report: Report) -> int:
    """0 for a bundle in which nothing was found, else 1."""
    return VERIFIED if report.verified else FINDINGS


def report_lines(file: str, report: Report) -> list[str]:
    """The report for people: verdict, what the file is, every check by number, properties."""
    lines = [*_paragraph("", file), *_paragraph("  ", _verdict(report)), *_about(report), ""]
    for line in report.lines.values():
        lines.extend(_check_lines(line))
    if report.properties:
        lines.append("")
    for name, holds, because in report.properties:
        lines.extend(_paragraph(f"     {name:<14}{_HOLDS[holds]:<11}", because))
    return lines


def short_lines(report: Report, width: int = WIDTH) -> list[str]:
    """The verdict, and the names of the checks and properties by what they came to."""
    lines = [_verdict(report)]
    for outcome, mark in _MARKS.items():
        named = [line.check.label for line in report.lines.values() if line.outcome is outcome]
        lines.extend(_paragraph(f"{mark:<11}", ", ".join(named), width) if named else ())
    for holds, mark in _HOLDS.items():
        named = [prop.name for prop in report.properties if prop.holds is holds]
        lines.extend(_paragraph(f"{mark:<11}", ", ".join(named), width) if named else ())
    return lines


def failure_lines(report: Report) -> Iterator[str]:
    """The checks that failed, each with its first finding, a line for each side."""
    for line in report.lines.values():
        if line.outcome is Outcome.FAILED:
            first, *_ = line.findings
            yield _clipped(f"{_name(line)}{line.detail}, at {first.place}")
            for word, side in zip(("expected", "found"), sides(*first[1:]), strict=True):
                yield _clipped(f"{'':7}{word:<10}{side}")


def _check_lines(line: Line) -> Iterator[str]:
    """One check with its findings, both sides of each."""
    yield from _paragraph(_name(line), line.detail)
    for finding in line.findings:
        yield from _finding_lines(finding)
    if line.found > len(line.findings):
        yield f"{'':30}and {line.found - len(line.findings)} more"


def _finding_lines(finding: Finding) -> Iterator[str]:
    """One finding: where, what was expected, what was found, from shortly before they differ."""
    expected, found = sides(finding.expected, finding.found)
    yield from _paragraph(f"{'':5}at        ", finding.place)
    yield from _paragraph(f"{'':5}expected  ", expected)
    yield from _paragraph(f"{'':5}found     ", found)


def report_document(file: str, report: Report) -> dict[str, Json]:
    """The report for programs."""
    return {"file": file, **report.to_json()}


def problem_document(file: str, problem: Eval752Error) -> dict[str, Json]:
    """What stands for a report where the file could not be read."""
    names = ("place", "expected", "found", "remedy")
    told = {name: getattr(problem, name) for name in names if getattr(problem, name)}
    return {"error": {"kind": type(problem).__name__, **told}, "file": file}


def to_json(value: object) -> str:
    """RFC 8259, indented, in ASCII: no character that a terminal would obey."""
    return json.dumps(value, indent=2, allow_nan=False).replace("\x7f", r"\u007f")


def closing_line(codes: Sequence[int]) -> str:
    """How many files came to what."""
    counted = ((codes.count(code), word) for code, word in _COUNTED.items())
    told = ", ".join(f"{count} {word}" for count, word in counted if count)
    return f"{len(codes)} files: {told}"


def _verdict(report: Report) -> str:
    outcomes = [line.outcome for line in report.lines.values()]
    passed, failed, not_shown = map(
        outcomes.count, (Outcome.PASSED, Outcome.FAILED, Outcome.NOT_SHOWN)
    )
    told = f"{passed} checks passed, {failed} failed, {not_shown} not shown"
    return f"{'VERIFIED' if report.verified else 'NOT VERIFIED'}: {told}"


def _name(line: Line) -> str:
    return f"{line.check.number:>4} {line.check.label:<14}{_MARKS[line.outcome]:<11}"


def _listed(value: Json) -> Json:
    if isinstance(value, dict):  # how many parts of which kind events withhold
        return ", ".join(f"{count} {kind}" for kind, count in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def trial_told(number: object, same_config_before: object) -> str:
    """Which trial a run is, in the same words wherever it is told."""
    same = f"{same_config_before} before it had the same config"
    return f"{number} of this model on this dataset in its archive; {same}"


def _about(report: Report) -> Iterator[str]:
    yield f"  bundle digest  {report.digest or NO_DIGEST}"
    time = report.lines[Check.TIME]
    proven = time.detail.removeprefix(SEAL_EXISTED) if time.outcome is Outcome.PASSED else ""
    for name, value in report.about.items():
        told = _listed(value)
        if name == "sealed" and told:  # the archive's own clock is told only where no other is
            told = proven or f"{told}, by the archive's clock"
        if name == "trial" and isinstance(value, dict):
            told = trial_told(**value)
        if told:
            yield from _paragraph(f"  {name.replace('_', ' '):<15}", str(told))


def sides(expected: str, found: str) -> tuple[str, str]:
    """Both without most of a long beginning that they share; JSON has them whole."""
    pairs = enumerate(zip(expected, found, strict=False))
    cut = next((at for at, (ours, theirs) in pairs if ours != theirs), 0) - _CONTEXT
    if cut < _CONTEXT:
        return expected, found
    return f"…{expected[cut:]}", f"…{found[cut:]}"


def _paragraph(head: str, text: str, width: int = WIDTH) -> Iterable[str]:
    """The text behind ``head``, wrapped below itself; an empty one is the head alone."""
    room = width - len(head)
    first, *rest = wrap(printable(text), room, break_on_hyphens=False) or [""]
    return [f"{head}{first}".rstrip(), *(f"{'':{len(head)}}{line}" for line in rest)]


def _clipped(line: str) -> str:
    shown = printable(line)
    return shown if len(shown) <= WIDTH else f"{shown[: WIDTH - 1]}…"
