"""The report: every check with its outcome and findings, both sides of each, and the verdict.

Not here: how it is shown to people (``interface``), and any judgement beyond the checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from domain.canonical import Json
from domain.errors import Eval752Error
from domain.verification.checks import Check, Outcome

MAX_FINDINGS: Final = 20
"""Findings that a report keeps for each check; all of them are counted."""

MAX_TOLD: Final = 1_000
"""Characters that a report keeps of each side, however much a bundle gives it to tell."""


class Finding(NamedTuple):
    """What is wrong, where, with both sides."""

    place: str
    expected: str
    found: str


@dataclass(slots=True)
class Line:
    """One check: its outcome, what it is based on, and what it found."""

    check: Check
    outcome: Outcome = Outcome.NOT_SHOWN
    detail: str = "not reached"
    findings: list[Finding] = field(default_factory=list[Finding])
    found: int = 0

    def to_json(self) -> dict[str, Json]:
        """In the form of ``verify --json``."""
        return {
            "check": self.check.number,
            "name": self.check.label,
            "outcome": self.outcome.value,
            "detail": self.detail,
            "findings": [finding._asdict() for finding in self.findings],
            "findings_total": self.found,
        }


class Property(NamedTuple):
    """One of the five properties: shown (True), denied (False) or not shown (None), and why."""

    name: str
    holds: bool | None
    because: str


@dataclass(slots=True)
class Report:
    """What a verification came to. A check is settled once; a failure stays a failure.

    ``digest`` is the bundle digest, "" where it is not that of the members: whoever compares it
    with the one that they were told must not be told that of another content. ``sums`` is the
    SHA-256 of ``SHA256SUMS`` in any case, which others have signed.
    """

    digest: str = ""
    sums: str = ""
    about: Mapping[str, Json] = field(default_factory=dict[str, Json])
    properties: Sequence[Property] = ()
    lines: dict[Check, Line] = field(default_factory=lambda: {c: Line(c) for c in Check})

    @property
    def verified(self) -> bool:
        """Whether no check failed."""
        return all(line.outcome is not Outcome.FAILED for line in self.lines.values())

    def fail(self, check: Check, place: str, expected: str, found: str) -> None:
        """Add a finding to a check."""
        line = self.lines[check]
        line.outcome = Outcome.FAILED
        if len(line.findings) < MAX_FINDINGS:
            line.findings.append(Finding(*map(_cut, (place, expected, found))))
        self.count(check, line.found + 1)

    def count(self, check: Check, found: int) -> None:
        """Say how many findings a failed check has in all, of which some are listed."""
        line = self.lines[check]
        line.found = found
        line.detail = "1 finding" if found == 1 else f"{found} findings"

    def fail_with(self, check: Check, problem: Eval752Error) -> None:
        """Add a finding to a check from an error that names both sides."""
        self.fail(check, problem.place, problem.expected, problem.found)

    def settle(self, check: Check, outcome: Outcome, detail: str) -> None:
        """Say what a check came to, unless it has failed."""
        line = self.lines[check]
        if line.outcome is not Outcome.FAILED:
            line.outcome, line.detail = outcome, detail

    def failed(self, *checks: Check) -> bool:
        """Whether any of these failed."""
        return any(self.lines[check].outcome is Outcome.FAILED for check in checks)

    def to_json(self) -> dict[str, Json]:
        """In the form of ``verify --json``."""
        return {
            "verified": self.verified,
            "digest": self.digest,
            "about": dict(self.about),
            "checks": [line.to_json() for line in self.lines.values()],
            "properties": [
                {"property": name, "holds": holds, "because": because}
                for name, holds, because in self.properties
            ],
        }


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TOLD else f"{text[: MAX_TOLD - 1]}…"
