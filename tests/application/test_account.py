"""What an account tells of a bundle's run, against what the bundle itself says."""

import json
from pathlib import Path
from typing import Any

import pytest

from application.account import Account, account_of
from domain.verification.policy import Policy
from interface.verifying import examined
from tests.interface.web.reported_runs import bundle_of, story

CONFORMANCE = Path(__file__).parents[1] / "conformance"
BUNDLES = sorted((CONFORMANCE / "valid").rglob("*.eval752.zip"))


def read(path: Path) -> tuple[Account | None, dict[str, Any]]:
    """The account, and the bundle's own summary."""
    with examined(path, Policy()) as (examination, members):
        assert members is not None
        has_one = "summary.json" in members.names()
        summary = json.loads(b"".join(members.chunks("summary.json"))) if has_one else {}
        return account_of(examination, members, repr), summary


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name)
def test_the_totals_are_those_that_the_verifier_has_rebuilt(path: Path) -> None:
    account, summary = read(path)
    assert (account is None) == (summary == {})
    if account:
        assert json.loads(json.dumps(account.summary)) == summary
        whole, *sections = account.tokens
        told = [[value or 0 for value in section] for section in sections]
        assert [value or 0 for value in whole] == [*map(sum, zip([0] * 4, *told, strict=True))]
        (answered,) = account.within([])
        assert answered == sum(account.within([10**9])[-1:])
        kinds, *others = account.failures.by_kind()
        assert sum(kind.results for kind in kinds) + sum(others) == summary["all"]["failed"]
        assert account.history.types.total() == account.manifest.counts.events


def test_what_stands_in_the_story_is_told(tmp_path: Path) -> None:
    account, _ = read(bundle_of(tmp_path, story()))
    assert account
    assert account.section_names == ["A", "B"]
    assert account.tokens == [(60, 15, 6, 6), (30, 6, 3, 3), (30, 9, 3, 3)]
    assert account.within([0, 250, 10_000]) == [1, 3, 6, 6]
    assert [low.item for low in account.lowest] == [0, 3]
    assert account.lowest[0].response == repr({"text": "Wrong answer"})
    assert account.key.startswith(f"{account.heads[-1].origin}+")


def test_of_a_bundle_that_is_unsound_there_is_none() -> None:
    for path in sorted((CONFORMANCE / "invalid" / "tree").glob("*.eval752.zip")):
        assert read(path)[0] is None
