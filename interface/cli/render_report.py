"""Reports of the verifier as lines that stand out by outcome. Pure.

Not here: the words (``interface.report_text``), which the standalone verifier shares.
"""

import re
from collections.abc import Iterator
from typing import Final

from domain.verification.checks import Outcome
from domain.verification.report import Report
from interface import report_text
from interface.cli.screen import Line

UNSEALED: Final = (
    "It is an export of eval_752 itself, which nothing seals: eval752 archive FILE keeps it."
)
_STYLES: Final = (
    (re.compile(r" *NOT VERIFIED| +(?:\d+ )?\w+ +(?:FAILED|NO) "), "bad"),
    (re.compile(r" *VERIFIED"), "good"),
    (re.compile(r" +(?:\d+ )?\w+ +not shown "), "dim"),
)


def report_lines(file: str, report: Report) -> Iterator[Line]:
    """The whole report, with what failed right below the verdict, and an empty line."""
    head, verdict, *rest = (Line(t, _style(t)) for t in report_text.report_lines(file, report))
    yield from (head, verdict)
    if not report.verified:
        yield Line(f"  failed         {', '.join(failed_checks(report))}", "bad")
    yield from rest
    yield Line("")


def verdict_line(file: str, report: Report) -> Line:
    """The verdict alone."""
    if report.verified:
        return Line(f"{file}: VERIFIED", "good")
    return Line(f"{file}: NOT VERIFIED, failed: {', '.join(failed_checks(report))}", "bad")


def failed_checks(report: Report) -> Iterator[str]:
    """The checks that failed, each with its number."""
    for line in report.lines.values():
        if line.outcome is Outcome.FAILED:
            yield f"{line.check.number} {line.check.label}"


def _style(text: str) -> str:
    return next((style for pattern, style in _STYLES if pattern.match(text)), "")
