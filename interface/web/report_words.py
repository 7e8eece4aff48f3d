"""What an evidence report says of a verification, for who never saw the tool. Pure.

A sentence claims what its check has shown and no more. Not here: the checks, whose own words these
put beside (``domain.verification``), and where sentences stand (``templates/report.html``).
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from domain.bundle.manifest import Manifest
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from domain.verification.report import Report

_INTEGRITY: Final = (
    *(Check.CONTAINER, Check.DIGESTS, Check.MANIFEST, Check.EVENTS, Check.STREAM),
    *(Check.TREE, Check.PARTS, Check.ASSETS),
)
_INTACT: Final = (
    "The record is in one piece: since it was sealed, no event was added, removed, reordered or"
    " changed, and all content in it is what was recorded."
)
_SHOWN: Final[Mapping[Check, str]] = {
    Check.SIGNATURE: "It was signed by a key that whoever made this report trusts.",
    Check.INCLUSION: "The archive has entered it in its log, where a replacement can be noticed.",
    Check.TIME: "An independent authority confirms by when it existed.",
    Check.WITNESS: "Independent witnesses have seen the archive's log.",
    Check.COMPLETENESS: "Every planned result has an answer or an explicit error: none is missing.",
    Check.REPLAY: "The results and totals in the bundle follow from the recorded events.",
    Check.RESCORING: "Every score that follows a fixed rule was computed again, and is the same.",
    Check.POLICY: "All that was required by the policy below is shown.",
}
_NOT_SHOWN: Final[Mapping[Check, str]] = {
    Check.SIGNATURE: "Who wrote it. Without a key or a digest that you know from someone you trust,"
    " anybody could have written a bundle like this.",
    Check.INCLUSION: "That the archive has entered it in its log.",
    Check.CONSISTENCY: "That the archive's log was never rewritten. No single file can show that;"
    " an audit of the log can.",
    Check.TIME: "When it happened, by any clock but the archive's own.",
    Check.WITNESS: "That anybody outside the archive has seen its log.",
    Check.COMPLETENESS: "That no result was dropped.",
    Check.REPLAY: "That the results and totals follow from the recorded events.",
    Check.RESCORING: "That the scores are right: not all could be computed again.",
}
BEYOND: Final = (
    "Beyond any verification: that this provider's model really gave these answers, and that"
    " questions and scores measure what they should. For that you have the word of whoever recorded"
    " the run."
)

EVENTS: Final[Mapping[str, str]] = {
    "dataset.registered": "Dataset registered",
    "dataset.frozen": "Dataset frozen: its items are fixed from here on",
    "run.registered": "Run registered",
    "run.planned": "Plan declared: which results are to be produced",
    "run.started": "Run started",
    "run.resumed": "Run resumed",
    "run.completed": "Run completed",
    "run.failed": "Run failed",
    "run.canceled": "Run canceled",
    "run.annotated": "Annotated",
    "run.superseded": "Superseded by another run",
    "part.erased": "Content erased for good",
    "part.withheld": "Content withheld from every bundle",
    "hold.placed": "Hold placed: nothing may be erased",
    "hold.released": "Hold released",
    "stream.sealed": "Sealed: size and root of all events before are fixed",
}
COUNTED: Final[Mapping[str, str]] = {
    "dataset.item_added": "items added to the dataset:",
    "item.answered": "answers:",
    "item.attempt_failed": "tries that failed:",
    "item.failed": "results given up:",
    "item.scored": "scores:",
    "score.revised": "scores revised later:",
}
"""Events of single items, which a history in short counts."""


class Claims(NamedTuple):
    """What a verification shows, and what it does not."""

    shown: list[str]
    not_shown: list[str]


def claims(report: Report) -> Claims:
    """What the checks came to, as sentences; what failed is in neither list."""
    outcomes = {check: line.outcome for check, line in report.lines.items()}
    intact = all(outcomes[check] is Outcome.PASSED for check in _INTEGRITY)
    shown = [text for check, text in _SHOWN.items() if outcomes[check] is Outcome.PASSED]
    missing = [text for check, text in _NOT_SHOWN.items() if outcomes[check] is Outcome.NOT_SHOWN]
    return Claims([*([_INTACT] if intact else ()), *shown], [*missing, BEYOND])


def contradicts(report: Report) -> bool:
    """Whether something in the bundle is wrong, and not just missing, or less than was required."""
    failed = {check for check, line in report.lines.items() if line.outcome is Outcome.FAILED}
    return bool(failed - {Check.COMPLETENESS, Check.POLICY})


def counted(report: Report) -> Mapping[str, int]:
    """How many checks came to what."""
    outcomes = [line.outcome for line in report.lines.values()]
    return {outcome.value: outcomes.count(outcome) for outcome in Outcome}


def policy_lines(policy: Policy) -> Iterator[tuple[str, str]]:
    """What the verifier trusted and required, line by line; nothing where that is nothing."""
    if policy.digest:
        yield "Digest that was told", policy.digest
    for digest in sorted(policy.digests):
        yield "Accepted digest", digest
    for trusted in policy.keys:
        limits = [
            f"{word} {at}"
            for word, at in (
                ("from", trusted.since),
                ("until", trusted.until),
                ("compromised at", trusted.compromised),
            )
            if at
        ]
        yield "Trusted key", "; ".join([trusted.key.encode(), *limits])
    for witness in policy.witnesses:
        yield f"Witness, {policy.quorum} of which must agree", witness.encode()
    for root in policy.roots:
        yield "Trusted timestamp root", root.name
    if required := sorted(policy.all_required, key=lambda check: check.number):
        yield "Checks that must pass", ", ".join(f"{c.number} {c.label}" for c in required)


def left_out(manifest: Manifest) -> list[tuple[str, str, int]]:
    """Kinds of content that are not in a bundle: kind, why, and how many parts."""
    reasons = (
        ("left out of this bundle on purpose", manifest.withheld),
        ("withheld from every bundle, by an event", manifest.withheld_parts),
        ("erased for good, by an event", manifest.erased),
    )
    return [
        (kind, why, count)
        for why, kinds in reasons
        for kind, count in sorted(kinds.items())
        if count
    ]
