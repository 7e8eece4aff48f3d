"""Policies in files: TOML and the same as JSON; and what options add, which never asks for less."""

import json
import re
from pathlib import Path

import pytest

from domain.errors import InvalidInput, UnreadableFile
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy, TrustedKey
from interface.policies import Demands, own_policy, read_policy_file, with_demands
from scripts.bundle_by_hand import ARCHIVE, Signer
from scripts.policies_by_hand import root, trusting, witnesses

PLACES = ("--expect-digest", "--key", "--require")
WITNESS = witnesses(1, "w1")["witnesses"]["keys"][0]
WHOLE = f"""
require = ["completeness"]
digests = ["{"0" * 64}"]

[[origins]]
name = "{ARCHIVE.name}"

[[origins.keys]]
key = "{ARCHIVE.verifier_key}"
from = 2026-01-01T00:00:00Z
until = 2027-01-01 01:00:00+01:00
compromised = 2026-06-01T12:00:00.5Z

[witnesses]
quorum = 1
keys = ["{WITNESS}"]

[[timestamps]]
name = "tsa.example"
root = '''
{root()}'''
"""


def written(folder: Path, text: str, name: str = "policy.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_file_says_the_same_in_toml_and_in_json(tmp_path: Path) -> None:
    times = {
        "from": "2026-01-01T00:00:00.000000Z",
        "until": "2027-01-01T00:00:00.000000Z",
        "compromised": "2026-06-01T12:00:00.500000Z",
    }
    rest = {"require": ["completeness"], "digests": ["0" * 64], **witnesses(1, "w1")}
    timestamps = [{"name": "tsa.example", "root": root()}]
    document = {**trusting(ARCHIVE, **times), **rest, "timestamps": timestamps}
    from_toml = read_policy_file(written(tmp_path, WHOLE))
    from_json = read_policy_file(written(tmp_path, json.dumps(document), "policy.json"))
    assert from_toml == from_json
    assert from_toml.keys[0].until == times["until"]


def test_the_examples_of_the_page_are_policies(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/policy.md").read_text()
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (as_json,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    policy = read_policy_file(written(tmp_path, toml))
    (trusted,) = policy.keys
    assert trusted.key.encode() == ARCHIVE.verifier_key
    assert policy.required == {Check.COMPLETENESS, Check.REPLAY}
    (other,) = read_policy_file(written(tmp_path, as_json, "p.json")).keys
    assert other == trusted._replace(since="")


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("require = ", "p.toml", "Invalid value"),
        ("require = []\nrequire = []", "p.toml", "Cannot overwrite"),
        ("a = " + "[" * 100_000, "p.toml", ""),
        ("# " + "x" * 2**20, "p.toml", "more"),
        ("\x00", "p.toml", ""),
    ],
)
def test_what_is_no_toml_is_unreadable(tmp_path: Path, text: str, name: str, found: str) -> None:
    path = written(tmp_path, text, name)
    with pytest.raises(UnreadableFile) as refused:
        read_policy_file(path)
    assert refused.value.place == str(path)
    assert found in refused.value.found


def test_what_is_no_text_or_no_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b"\xff")
    for path in (tmp_path / "p.toml", tmp_path / "none.toml", tmp_path):
        with pytest.raises(UnreadableFile, match="expected a policy"):
            read_policy_file(path)


def test_a_key_that_json_has_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '{"require":["tree"],"require":[]}', "p.json")
    with pytest.raises(InvalidInput, match="require"):
        read_policy_file(path)


def test_an_unknown_key_is_refused_with_file_and_place(tmp_path: Path) -> None:
    path = written(tmp_path, f"[[origins]]\nname = '{ARCHIVE.name}'\nkey = ''\n")
    with pytest.raises(InvalidInput) as refused:
        read_policy_file(path)
    assert refused.value.place == f"{path}: origins[0].key"
    path.write_text("[witness]\n")
    with pytest.raises(InvalidInput) as refused:
        read_policy_file(path)
    assert str(refused.value) == (
        f"{path}: witness: expected one of origins, require, digests, timestamps, witnesses, "
        "found another key"
    )


def test_an_archive_without_a_file_requires_nothing(tmp_path: Path) -> None:
    assert own_policy(tmp_path) == Policy()
    written(tmp_path, "require = ['signature']")
    assert own_policy(tmp_path).required == {Check.SIGNATURE}


def test_a_policy_of_an_archive_that_leads_nowhere_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").symlink_to(tmp_path / "unmounted/policy.toml")
    with pytest.raises(UnreadableFile, match="expected a policy, found No such file"):
        own_policy(tmp_path)


def test_options_add_to_a_file_and_take_nothing_from_it() -> None:
    mine = VerifierKey.parse(ARCHIVE.verifier_key)
    base = Policy(keys=[TrustedKey(mine, compromised="2026-06-01T12:00:00.000000Z")],
                  required=frozenset({Check.TREE}), digests=frozenset({"1" * 64}))  # fmt: skip
    other = Signer("archive-0000", "another").verifier_key
    demands = Demands("0" * 64, [ARCHIVE.verifier_key, other, other], ["time", "9"])
    policy = with_demands(base, demands, PLACES)
    assert [known.key.name for known in policy.keys] == [mine.name, "archive-0000"]
    assert policy.keys[0].compromised
    assert policy.required == {Check.TREE, Check.TIME, Check.SIGNATURE}
    assert policy.digest == "0" * 64
    assert policy.digests == {"1" * 64}


@pytest.mark.parametrize(
    ("demands", "place"),
    [
        (Demands(digest="0"), "--expect-digest"),
        (Demands(digest=""), "--expect-digest"),
        (Demands(keys=["k"]), "--key"),
        (Demands(keys=[""]), "--key"),
        (Demands(required=[""]), "--require"),
        (Demands(required=["luck"]), "--require"),
    ],
)
def test_options_that_demand_nonsense_are_refused(demands: Demands, place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_demands(Policy(), demands, PLACES)
    assert refused.value.place == place
