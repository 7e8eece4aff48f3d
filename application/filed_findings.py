"""Findings of whoever reads a log file, as an annotation of the run: written, and recognized.

What a file states of its results, and what these come to, stays with the run in the last event
before the seal that ends its filing. Not here: comparing (``log_source``), and what else is said of
a run (``said_of_run``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from domain.canonical import Json
from domain.verification.report import Finding

MAX_FINDINGS: Final = 1000


class FiledFindings(NamedTuple):
    """The findings that are listed, and how many there were in all."""

    listed: Sequence[Finding]
    total: int


def annotation_of(findings: Sequence[Finding]) -> Json:
    """The annotation that tells of findings."""
    told: list[Json] = [dict[str, Json](finding._asdict()) for finding in findings[:MAX_FINDINGS]]
    return {"findings": told, "findings_total": len(findings)}


def place_of_findings(registered: Mapping[str, Any], first_seal: int | None) -> int | None:
    """The version at which the findings of a run stand, if it has any; None where it has none.

    Later, anybody may annotate the run in the same form, and has found nothing by that.

    Args:
        registered: the facts of the event that registered the run.
        first_seal: the version of the run's first seal.
    """
    return first_seal - 1 if first_seal and "archived_from" in registered else None


def is_of_run(event_type: str, facts: Mapping[str, Any]) -> bool:
    """Whether an event annotates the run as a whole."""
    return event_type == "run.annotated" and "item" not in facts


def findings_in(annotation: Json) -> FiledFindings | None:
    """The findings that an annotation of a run tells; None where it tells of something else."""
    match annotation:
        case {"findings": [*listed], "findings_total": int(total), **rest} if not rest:
            found = [*map(_finding, listed)]
            return FiledFindings([each for each in found if each], total) if all(found) else None
        case _:
            return None


def _finding(told: Json) -> Finding | None:
    match told:
        case {"place": str(place), "expected": str(expected), "found": str(found)}:
            return Finding(place, expected, found)
        case _:
            return None
