"""``eval752 import``: verifies bundles, then keeps them as read-only mirrors.

Not here: the checks, and what an import changes (``application.importing``).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from application.bundle_events import only_policy_failed, verified
from domain.bundle.members import Members
from domain.errors import Refused
from domain.verification.report import Report
from domain.verification.verify import Examination
from interface import report_text
from interface.cli.archived import Archived
from interface.cli.options import Where
from interface.cli.render_imported import imported_lines
from interface.cli.render_report import UNSEALED, report_lines
from interface.cli.screen import Screen
from interface.documents import imported_document
from interface.policies import FILE
from interface.verifying import examined, is_unsealed_export


def take_in(screen: Screen, where: Where, files: Sequence[str]) -> None:
    """Take in the files one after the other; one that fails a check is shown and left out."""
    documents: list[dict[str, Any]] = []
    with where.archive(writable=True, make=True) as archive:
        policy = archive.policy()
        for file in files:
            with examined(Path(file), policy) as (examination, members):
                documents.append(_take(screen, archive, file, examination, members))
    screen.show((), lambda: documents)


def _take(
    screen: Screen, archive: Archived, file: str, examination: Examination, members: Members | None
) -> dict[str, Any]:
    why = _why_not(examination.report)
    try:
        bundle = verified(members, examination)
    except Refused as problem:
        bundle = None
        why = str(problem) if examination.report.verified else why
    if bundle is None:
        screen.exit_code = report_text.FINDINGS
        if not screen.as_json and not examination.report.verified:
            screen.lines(report_lines(file, examination.report))
        screen.note(f"{file} was not imported: {why.removesuffix('.')}.", "bad")
        if is_unsealed_export(Path(file)):
            screen.note(UNSEALED, "bad")
        return {"file": file, "imported": False, "report": examination.report.to_json()}
    imported = archive.take_in(Path(file), bundle)
    if not screen.as_json:
        screen.lines(imported_lines(file, imported, examination.report))
    return {"file": file, **imported_document(imported)}


def _why_not(report: Report) -> str:
    if only_policy_failed(report):
        return f"the archive's own {FILE} requires what it does not show"
    return "a check that it must pass has failed"
