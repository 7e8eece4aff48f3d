"""The three forgeries: each is as good as can be, and caught by what it cannot help."""

from pathlib import Path

import pytest

from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy, TrustedKey
from domain.verification.report import Report
from infrastructure.bundle_zip import open_bundle
from interface.demo import bundles, story
from interface.demo.tampering import ATTACKS, Attack, drop_item, raise_score, replace_response
from interface.verifying import verify_file
from tests.interface.demo.conftest import Told


def failed(report: Report) -> set[Check]:
    return {check for check in Check if report.failed(check)}


def forged(told: Told, attack: Attack, target: Path, policy: Policy) -> Report:
    bundles.rewrite(told.folder / story.BUNDLE, target, attack.change)
    return verify_file(target, policy)


@pytest.fixture
def policy(told: Told) -> Policy:
    """What the recipient was told."""
    digest, key = ((told.folder / name).read_text().strip() for name in ("digest", "key"))
    return Policy(digest, (TrustedKey(VerifierKey.parse(key)),))


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_a_forgery_is_caught_even_by_whoever_was_told_nothing(
    told: Told, attack: Attack, tmp_path: Path
) -> None:
    found = failed(forged(told, attack, tmp_path / "x.zip", Policy()))
    assert found & attack.noticed_by


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_all_that_was_to_be_noticed_is_noticed(
    told: Told, attack: Attack, tmp_path: Path, policy: Policy
) -> None:
    assert attack.noticed_by <= failed(forged(told, attack, tmp_path / "x.zip", policy))


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_container_digests_and_seals_of_a_forgery_are_in_order(
    told: Told, attack: Attack, tmp_path: Path
) -> None:
    found = failed(forged(told, attack, tmp_path / "x.zip", Policy()))
    in_order = {Check.CONTAINER, Check.DIGESTS, Check.EVENTS, Check.STREAM, Check.TREE}
    assert not found & in_order


def test_a_raised_score_is_noticed_by_replay_alone(told: Told, tmp_path: Path) -> None:
    report = forged(told, ATTACKS[0], tmp_path / "x.zip", Policy())
    assert failed(report) == {Check.REPLAY}
    (finding,) = report.lines[Check.REPLAY].findings
    assert ('"score":0' in finding.expected, '"score":1' in finding.found) == (True, True)


def test_another_response_is_noticed_though_its_score_is_right_for_it(
    told: Told, tmp_path: Path
) -> None:
    report = forged(told, ATTACKS[1], tmp_path / "x.zip", Policy())
    assert "response" in report.lines[Check.PARTS].findings[0].place


def test_a_dropped_item_is_missing_from_the_plan(told: Told, tmp_path: Path) -> None:
    report = forged(told, ATTACKS[2], tmp_path / "x.zip", Policy())
    assert [finding.place for finding in report.lines[Check.COMPLETENESS].findings] == [
        "item 3, epoch 1"
    ]


def test_the_mean_is_better_after_each_forgery_of_content(told: Told) -> None:
    with open_bundle(told.folder / story.BUNDLE) as members:
        files = {name: b"".join(members.chunks(name)) for name in members.names()}
    for change in (replace_response, drop_item):
        assert change(files)["summary.json"] != files["summary.json"]
    assert raise_score(files)["results.jsonl"].count(b'"score":1') == (
        files["results.jsonl"].count(b'"score":1') + 1
    )
