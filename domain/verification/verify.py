"""The verifier: a bundle's members in, a report out. Pure: no store, no network, no clock.

The checks in order, each in its module: container (by the reader that opened the members), digests,
manifest and assets (``inventory``), events to parts (``walk``), signature, inclusion, time
(``timestamps``), witness, completeness, replay, rescoring, evidence, policy (here). Consistency
takes an earlier head, which no bundle carries: it stays *not shown*. Not here: opening files, and
showing reports.
"""

from typing import Final, NamedTuple

from domain.bundle import layout
from domain.bundle.manifest import ITEM, Manifest, read_manifest
from domain.bundle.members import ContainerRejected, Members, read_whole
from domain.bundle.reading import Reading
from domain.canonical import Json
from domain.errors import InvalidInput
from domain.verification.checks import Check, Outcome
from domain.verification.digests import check_digests
from domain.verification.evidence import Inspected, check_evidence
from domain.verification.inclusion import NO_PROOF, check_inclusion
from domain.verification.inventory import (
    check_assets,
    check_item_manifest,
    check_manifest,
    check_present,
)
from domain.verification.item_walk import ItemWalk
from domain.verification.policy import Policy, Trust, VerifySignature, VerifyTimestamp
from domain.verification.replay import Replay, check_completeness, content_size
from domain.verification.report import Report
from domain.verification.rescoring import Rescoring
from domain.verification.signature import check_signature, last_seal
from domain.verification.timestamps import check_time
from domain.verification.walk import Walk
from domain.verification.witnesses import check_witnesses

_BEFORE_REPLAY = (Check.MANIFEST, Check.EVENTS, Check.STREAM, Check.TREE, Check.PARTS)


class Examination(NamedTuple):
    """A report, and what the checks have read of the bundle: None where they did not get there.

    A bundle of one item has no walk: there is nothing whole to go on with.
    """

    report: Report
    manifest: Manifest | None = None
    walk: Walk | None = None


def verify(
    members: Members,
    policy: Policy,
    verify_signature: VerifySignature | None,
    verify_timestamp: VerifyTimestamp | None = None,
) -> Report:
    """Perform every check that can be performed; see :func:`examine`."""
    return examine(members, policy, verify_signature, verify_timestamp).report


def examine(
    members: Members,
    policy: Policy,
    verify_signature: VerifySignature | None,
    verify_timestamp: VerifyTimestamp | None = None,
) -> Examination:
    """Perform every check that can be performed, and keep what an importer goes on with.

    Args:
        members: a bundle whose container was accepted.
        policy: what the verifier expects and trusts.
        verify_signature: Ed25519, or None where there is none.
        verify_timestamp: RFC 3161, or None where there is none.
    """
    report = Report()
    examination = Examination(report)
    try:
        examination = _check_all(members, report, Trust(policy, verify_signature, verify_timestamp))
    except ContainerRejected as problem:
        report.fail_with(Check.CONTAINER, problem)
    report.settle(Check.CONSISTENCY, Outcome.NOT_SHOWN, NO_PROOF)
    _check_policy(report, policy)
    return examination


def rejected(problem: InvalidInput) -> Report:
    """The report on a container that was not accepted: check 1 failed, nothing else was reached."""
    report = Report()
    report.fail_with(Check.CONTAINER, problem)
    return report


def _check_all(members: Members, report: Report, trust: Trust) -> Examination:
    check_present(members)
    report.settle(Check.CONTAINER, Outcome.PASSED, f"{len(members.names())} members")
    digests = check_digests(members, report, trust.policy.digest)
    try:
        data = read_whole(members, layout.MANIFEST, layout.MAX_MANIFEST_BYTES)
        manifest = read_manifest(data)
    except InvalidInput as problem:
        report.fail_with(Check.MANIFEST, problem)
        return Examination(report)
    if manifest.kind == ITEM:
        item = ItemWalk(members, report)
        item.run()
        check_item_manifest(manifest, item, digests, report)
        check_assets(item.assets, digests, report)
        _check_who_has_seen(members, manifest, item, report, trust)
        _check_item(members, item, report)
        return Examination(report, manifest)
    walk = Walk(members, manifest, report)
    walk.run()
    check_assets(walk.assets, digests, report)
    _check_who_has_seen(members, manifest, walk, report, trust)
    check_manifest(manifest, walk, digests, report)
    reading = Reading(walk.history, walk.disclosure, members.read_at)
    if _is_unsound(report):
        return Examination(report)
    check_completeness(reading, report)
    replay = Replay(members, reading, report)
    replay.run()
    check_evidence(reading, report, replay.inspected)
    return Examination(report, manifest, walk)


def _check_who_has_seen(
    members: Members, manifest: Manifest, walk: Walk | ItemWalk, report: Report, trust: Trust
) -> None:
    """Checks 9, 10, 12 and 13: who signed, logged, timestamped and witnessed what was walked."""
    check_signature(members, manifest, walk.history, report, trust)
    check_inclusion(members, walk.last, last_seal(walk.history), report, trust)
    check_time(members, report, trust)
    check_witnesses(members, report, trust)
    report.about = _about(manifest, walk)


def _check_item(members: Members, walk: ItemWalk, report: Report) -> None:
    """Of checks 14 to 17 what one item shows."""
    if _is_unsound(report):
        return
    for check in (Check.COMPLETENESS, Check.REPLAY):
        report.settle(check, Outcome.NOT_SHOWN, "one item is not the whole run")
    reading = Reading(walk.history, walk.disclosure, members.read_at)
    rescoring = Rescoring(reading, report, content_size(members))
    inspected = Inspected()
    for result in reading.results():
        rescoring.check(result)
        inspected.count(result)
    rescoring.settle()
    check_evidence(reading, report, inspected)


def _is_unsound(report: Report) -> bool:
    """Whether nothing follows from the events, as they are not what they should be."""
    if not report.failed(*_BEFORE_REPLAY):
        return False
    for check in (Check.COMPLETENESS, Check.REPLAY, Check.RESCORING, Check.EVIDENCE):
        report.settle(check, Outcome.NOT_SHOWN, "what it follows from has failed")
    return True


_TRIAL: Final = ("number", "same_config_before")


def _about(manifest: Manifest, walk: Walk | ItemWalk) -> dict[str, Json]:
    run = walk.history.run
    parts, trial = dict[str, Json](manifest.withheld_parts), walk.history.trial
    return {
        "kind": manifest.kind,
        "origin": manifest.streams[-1].origin if manifest.streams else "",
        "streams": [*walk.history.heads],
        "status": run.status if run and manifest.kind != ITEM else None,
        "trial": dict(zip(_TRIAL, trial, strict=True)) if trial else None,
        "sealed": last_seal(walk.history),
        "withheld": [*sorted(manifest.withheld)],
        **({"withheld_parts": parts} if parts else {}),
    }


def _check_policy(report: Report, policy: Policy) -> None:
    if policy.is_empty:
        why = "no policy: nothing was required beyond these checks"
        report.settle(Check.POLICY, Outcome.NOT_SHOWN, why)
        return
    if policy.digests and report.digest not in policy.digests:
        expected = f"one of {', '.join(sorted(policy.digests))}"
        report.fail(Check.POLICY, "bundle digest", expected, report.digest or "none")
    for check in sorted(policy.all_required, key=lambda check: check.number):
        line = report.lines[check]
        if line.outcome is not Outcome.PASSED:
            place = f"check {check.number}, {check.label}"
            report.fail(Check.POLICY, place, "passed", f"{line.outcome}: {line.detail}")
    report.settle(Check.POLICY, Outcome.PASSED, "all that was required is shown")
