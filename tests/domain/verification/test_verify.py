from collections.abc import Iterator

import pytest

from domain.bundle.members import ContainerRejected
from domain.errors import InvalidInput
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from domain.verification.verify import examine, rejected, verify
from scripts.bundle_by_hand import SUMS, Members, build, closed, summed
from scripts.conformance_fixture import run_of, whole, with_run
from scripts.log_by_hand import SEAL_PROOF, proof_of
from scripts.recording_by_hand import RUN, digest
from scripts.recordings import ASSETS, SMALL, dataset, everything
from tests.members import DictMembers, failed, report_on, verify_ed25519

SOUND = whole(SMALL)


def required(members: Members, *checks: Check) -> list[str]:
    return failed(report_on(members, Policy(required=frozenset(checks))))


def test_an_examination_keeps_what_an_importer_goes_on_with() -> None:
    examination = examine(DictMembers(SOUND), Policy(), verify_ed25519)
    assert examination.report.verified
    assert examination.manifest is not None
    assert examination.walk is not None
    assert examination.walk.history.events == examination.manifest.counts.events


def test_a_bundle_that_was_not_read_to_its_end_keeps_nothing() -> None:
    for name in ("manifest.json", "events.jsonl"):
        examination = examine(DictMembers(closed_with(name)), Policy(), None)
        assert examination.walk is None


def closed_with(name: str) -> Members:
    return {**SOUND, name: b"nonsense\n"}


def test_a_report_says_what_it_is_about() -> None:
    assert report_on(SOUND).about == {
        "kind": "run",
        "origin": "archive-7f3a",
        "sealed": "2026-11-23T10:00:08.000000Z",
        "status": "completed",
        "streams": [SMALL[0].name, RUN],
        "trial": {"number": 1, "same_config_before": 0},
        "withheld": [],
    }
    hidden = report_on(closed(build(SMALL, withhold={"question"}))).about
    assert hidden["withheld"] == ["original", "question", "request"]
    alone = report_on(whole([dataset()])).about
    assert (alone["status"], alone["trial"]) == (None, None)


def test_checks_that_need_proofs_of_a_later_version_are_not_shown() -> None:
    report = report_on(SOUND)
    for check in (Check.INCLUSION, Check.CONSISTENCY, Check.TIME, Check.WITNESS):
        line = report.lines[check]
        assert (line.outcome, line.detail) == (
            Outcome.NOT_SHOWN,
            "the bundle carries no such proof",
        )


def test_without_a_policy_nothing_is_required() -> None:
    line = report_on(SOUND).lines[Check.POLICY]
    assert line.outcome is Outcome.NOT_SHOWN
    assert line.detail.startswith("no policy")


def test_what_is_required_and_not_shown_fails_the_policy_alone() -> None:
    bare = summed(SOUND)
    assert required(bare, Check.REPLAY, Check.COMPLETENESS) == []
    assert required(bare, Check.SIGNATURE) == ["policy"]
    report = report_on(bare, Policy(required=frozenset({Check.TIME, Check.SIGNATURE})))
    places = [finding.place for finding in report.lines[Check.POLICY].findings]
    assert places == ["check 9, signature", "check 12, time"]
    assert report.lines[Check.POLICY].findings[0].found == "not shown: the bundle is not signed"


def test_a_digest_that_was_told_is_a_policy_of_its_own() -> None:
    assert failed(report_on(SOUND, Policy(digest=digest(SOUND[SUMS])))) == []
    assert failed(report_on(SOUND, Policy(digest=digest(b"")))) == ["digests"]


def test_a_container_that_was_not_accepted_is_the_only_finding() -> None:
    report = rejected(InvalidInput("end record", "one", "two"))
    assert failed(report) == ["container"]
    assert {
        line.detail for check, line in report.lines.items() if check is not Check.CONTAINER
    } == {"not reached"}


class Torn(DictMembers):
    """A container whose data turn out bad as they are read."""

    def __init__(self, members: Members, name: str) -> None:
        super().__init__(members)
        self._name = name

    def chunks(self, name: str) -> Iterator[bytes]:
        yield from super().chunks(name)
        if name == self._name:
            raise ContainerRejected(f"{name}: data", "CRC 1", "2")


@pytest.mark.parametrize("name", ["events.jsonl", "parts.jsonl", "sections/0.jsonl", SUMS])
def test_a_container_that_breaks_while_it_is_read_fails_the_container(name: str) -> None:
    report = verify(Torn(SOUND, name), Policy(), verify_ed25519)
    assert failed(report) == ["container"]
    assert report.lines[Check.CONTAINER].findings[0].place == f"{name}: data"


def test_without_ed25519_the_log_is_nobodys() -> None:
    members = {**SOUND, SEAL_PROOF: proof_of(SOUND).file()}
    line = verify(DictMembers(members), Policy(), None).lines[Check.INCLUSION]
    assert line.outcome is Outcome.NOT_SHOWN
    assert line.detail == (
        "event 17 of 22 in the log of archive-7f3a, by a head that cannot be checked:"
        " this Python has no Ed25519"
    )
    members[SEAL_PROOF] = proof_of(SOUND, -2).file()
    assert failed(verify(DictMembers(members), Policy(), None)) == ["inclusion"]


@pytest.mark.parametrize("name", ["proof/bundle.note", "proof/keys"])
def test_a_proof_that_breaks_while_it_is_read_is_a_finding(name: str) -> None:
    report = verify(Torn(SOUND, name), Policy(), verify_ed25519)
    assert failed(report) == ["signature"]


@pytest.mark.parametrize("chunk", [1, 7, 64, 2**20])
def test_a_report_does_not_depend_on_how_the_bytes_come(chunk: int) -> None:
    members = closed(build(everything(), assets=ASSETS))
    report = verify(DictMembers(members, chunk), Policy(), verify_ed25519)
    assert report.to_json() == report_on(members).to_json()


def test_a_run_without_its_dataset_is_no_run() -> None:
    events = run_of(SMALL)
    alone = build([with_run(events)[1]], like=SMALL)
    assert failed(report_on(closed(alone))) == ["manifest"]
