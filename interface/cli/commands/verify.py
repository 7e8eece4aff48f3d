"""``eval752 verify``: any number of bundles, with nothing but the files.

Not here, and never loaded by it: an archive, a database, the network.
"""

import os
from collections.abc import Sequence
from os.path import lexists
from pathlib import Path
from typing import Final

from domain.canonical import Json
from domain.errors import Eval752Error, InvalidInput
from domain.verification.checks import Check
from domain.verification.policy import Policy
from domain.verification.report import Report
from interface import report_text
from interface.cli.render_report import UNSEALED, report_lines, verdict_line
from interface.cli.screen import Line, Screen
from interface.policies import (
    FILE,
    VARIABLE,
    Demands,
    path_of,
    read_policy_file,
    with_demands,
)
from interface.verifying import is_unsealed_export, verify_file

PLACES: Final = ("--expect-digest", "--key", "--require")


def options_policy(screen: Screen, file: str | None, demands: Demands) -> Policy:
    """Read the policy in a file, or in the user's own, and what the options add to it.

    Raises:
        UnreadableFile, InvalidInput: naming the file, or the option.
    """
    if os.environ.get(VARIABLE) == "" and file is None:  # else it would count as not set
        file = ""
    path = default_file() if file is None else path_of(file, f"--policy or {VARIABLE}")
    if file is None and not lexists(path):
        return with_demands(Policy(), demands, PLACES)
    policy = with_demands(read_policy_file(path), demands, PLACES)
    screen.note(f"policy: {path}", "dim")
    return policy


def default_file() -> Path:
    """The user's own policy."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only where it is asked

    return user_config_path("eval752", appauthor=False) / FILE


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
        if report.failed(Check.CONTAINER) and is_unsealed_export(Path(file)):
            screen.note(UNSEALED, "bad")
    closing = [Line(report_text.closing_line(codes), "strong")] if len(files) > 1 else []
    screen.show(closing, lambda: documents)
    screen.exit_code = max(codes)


def _show(screen: Screen, file: str, report: Report, *, quiet: bool) -> None:
    screen.lines([verdict_line(file, report)] if quiet else report_lines(file, report))
    screen.flush()
