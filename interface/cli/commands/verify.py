"""``eval752 verify``: any number of bundles, with nothing but the files.

Not here, and never loaded by it: an archive, a database, the network.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.canonical import Json
from domain.errors import Eval752Error, InvalidInput
from domain.syntax import is_digest
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import BY_LABEL, Check
from domain.verification.policy import Policy
from domain.verification.report import Report
from interface import report_text
from interface.cli.render_report import report_lines, verdict_line
from interface.cli.screen import Line, Screen
from interface.verifying import verify_file

_CHECKS: Final = {**BY_LABEL, **{str(check.number): check for check in Check}}


def read_policy(digest: str, keys: Sequence[str], required: Sequence[str]) -> Policy:
    """Read what the options demand.

    Raises:
        InvalidInput: naming the option.
    """
    if digest and not is_digest(digest):
        raise InvalidInput("--expect-digest", "64 lower-case hex digits", ascii(digest[:80]))
    trusted = [VerifierKey.parse(key.strip()) for key in keys]
    return Policy(digest, trusted, frozenset(map(_check, required)))


def verify(screen: Screen, files: Sequence[str], policy: Policy, *, quiet: bool) -> None:
    """Verify the files one after the other."""
    if policy.digest and len(files) > 1:
        raise InvalidInput("--expect-digest", "one FILE, whose digest it is", str(len(files)))
    documents: list[dict[str, Json]] = []
    codes: list[int] = []
    for file in files:
        try:
            report = verify_file(Path(file), policy)
        except Eval752Error as problem:
            screen.note(f"error: {problem}", "bad")
            documents.append(report_text.problem_document(file, problem))
            codes.append(report_text.UNREADABLE)
            continue
        documents.append(report_text.report_document(file, report))
        codes.append(report_text.exit_code(report))
        if not screen.as_json:
            _show(screen, file, report, quiet=quiet)
    closing = [Line(report_text.closing_line(codes), "strong")] if len(files) > 1 else []
    screen.show(closing, lambda: documents)
    screen.exit_code = max(codes)


def _show(screen: Screen, file: str, report: Report, *, quiet: bool) -> None:
    screen.lines([verdict_line(file, report)] if quiet else report_lines(file, report))
    screen.flush()


def _check(name: str) -> Check:
    if name not in _CHECKS:
        expected = f"one of {', '.join(BY_LABEL)}"
        raise InvalidInput("--require", expected, ascii(name[:80]))
    return _CHECKS[name]
