"""The commands of an archive's keys: they print a policy for bundles from before and after."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from interface.bootstrap.opening import open_archive
from tests.interface.cli.running import DATASET, RUN, Remote, Said, eval752, lines
from tests.interface.web.conftest import WEB, node
from tests.key_history import check_keys


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    assert eval752("record", "--seal", "--data", folder, stdin=lines([*DATASET, *RUN])).code == 0
    return folder


def keys(data: Path) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = eval752("key", "show", "--json", "--data", data).document
    return shown


def change(data: Path, *arguments: object) -> Said:
    said = eval752("key", *arguments, "--data", data)
    assert said.code == 0, said.err
    return said


def more(data: Path, name: str) -> None:
    """Record and seal one more dataset."""
    line = json.dumps({"type": "dataset.registered", "config": {"name": name}})
    assert eval752("record", "--seal", "--data", data, stdin=f"{line}\n").code == 0


def exported(data: Path, name: str, target: Path) -> Path:
    said = eval752("export", name, "-o", target, "--data", data)
    assert said.code == 0, said.err
    return target


def test_keys_are_shown_with_their_times_and_state(data: Path) -> None:
    (first,) = keys(data)
    assert (first["state"], first["ended"], first["compromised"]) == ("in force", None, None)
    rotated = change(data, "rotate")
    second = keys(data)[-1]
    assert rotated.out.splitlines()[:3] == [
        f"key {second['id']}  in force",
        f"  in force   from {second['begun']}",
        f"  {second['key']}",
    ]
    assert "signed     the head of " in rotated.out
    change(data, "compromised", first["id"], "--since", "2025-01-01")
    shown = eval752("key", "show", "--data", data).out
    assert f"key {first['id']}  compromised\n" in shown
    assert f"  in force   from {first['begun']} until {second['begun']}\n" in shown
    assert "  in other hands since 2025-01-01T00:00:00.000000Z\n" in shown
    assert [key["state"] for key in keys(data)] == ["compromised", "in force"]


def test_a_compromise_of_the_key_in_force_puts_another_in_force(data: Path) -> None:
    (first,) = keys(data)
    said = change(data, "compromised", "--json").document
    assert (said["compromised"], said["unsigned"]) == (first["id"], None)
    assert said["in_force"] == keys(data)[-1]
    again = change(data, "compromised", first["id"], "--json").document
    assert (again["in_force"], len(keys(data))) == (said["in_force"], 2)


@pytest.mark.parametrize("since", ["soon", "2026", "2026-13-01", "2999-01-01", "2025-01-01T00"])
def test_a_claim_that_is_no_time_is_refused(data: Path, since: str) -> None:
    said = eval752("key", "compromised", "--since", since, "--data", data)
    assert (said.code, "since" in said.err) == (2, True)
    assert len(keys(data)) == 1


def test_a_key_that_is_none_is_told_with_those_that_are(data: Path) -> None:
    said = eval752("key", "compromised", "00000000", "--data", data)
    assert (said.code, keys(data)[0]["id"] in said.err) == (2, True)


class Judges:
    """The verifiers in Python and JavaScript, with the policy that the archive prints."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.toml, self.json = folder / "policy.toml", folder / "policy.json"
        self.toml.write_text(eval752("key", "show", "--policy", "--data", data).out)
        printed = eval752("key", "show", "--policy", "--json", "--data", data).document
        self.json.write_text(json.dumps(printed))

    def verified(self, bundle: Path) -> bool:
        """What both say, with proof from the log."""
        wanted = ["--require", "inclusion", bundle]
        told = [eval752("verify", "--policy", at, *wanted) for at in (self.toml, self.json)]
        command = [node(), WEB / "verify_cli.mjs", "--policy", self.json, *wanted]
        done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
        codes = {*(said.code for said in told), done.returncode}
        assert codes in ({0}, {1}), (told, done)
        return codes == {0}


def verdicts(judges: Judges, bundles: Sequence[Path]) -> list[bool]:
    return [judges.verified(bundle) for bundle in bundles]


def test_the_printed_policy_holds_for_bundles_from_before_and_after(
    data: Path, tmp_path: Path
) -> None:
    bundles = [exported(data, "capitals", tmp_path / "first.zip")]
    assert verdicts(Judges(data, tmp_path), bundles) == [True]
    change(data, "rotate")
    more(data, "second")
    bundles.append(exported(data, "second", tmp_path / "second.zip"))
    bundles.append(exported(data, "capitals", tmp_path / "first again.zip"))
    assert verdicts(Judges(data, tmp_path), bundles) == [True, True, True]
    change(data, "compromised")
    more(data, "third")
    bundles.append(exported(data, "third", tmp_path / "third.zip"))
    bundles.append(exported(data, "second", tmp_path / "second again.zip"))
    expected = [True, False, False, True, True]  # what the compromised key signed counts no more
    assert verdicts(Judges(data, tmp_path), bundles) == expected
    digests = [eval752("verify", "--json", path).document[0]["digest"] for path in bundles]
    assert (digests[0], digests[1]) == (digests[2], digests[4])


def test_an_old_policy_does_not_take_what_the_next_key_signs(data: Path, tmp_path: Path) -> None:
    judges = Judges(data, tmp_path)
    change(data, "rotate")
    assert not judges.verified(exported(data, "capitals", tmp_path / "after.zip"))


def audit(data: Path, state: Path, *more: object) -> Said:
    return eval752("log", "audit", data / "log", "--state", state, *more)


def test_an_audit_is_handed_over_to_the_next_key(data: Path, tmp_path: Path) -> None:
    state = tmp_path / "seen.json"
    eval752("log", "checkpoint", "--data", data)
    first = keys(data)[0]["key"]
    assert audit(data, state, "--key", first).code == 0
    change(data, "rotate")
    second = keys(data)[-1]
    handed = audit(data, state)
    assert (handed.code, f"signed in its name by the key {second['id']}" in handed.out) == (0, True)
    more(data, "second")
    eval752("log", "checkpoint", "--data", data)
    asking = audit(data, state)
    assert asking.code == 1
    assert "name it with --key" in asking.out
    assert audit(data, state, "--key", second["key"]).code == 0
    assert audit(data, state, "--json").document["other_keys"] == []


def test_an_audit_that_did_not_see_the_hand_over_goes_on_by_the_new_key(
    data: Path, tmp_path: Path
) -> None:
    state = tmp_path / "seen.json"
    eval752("log", "checkpoint", "--data", data)
    audit(data, state, "--key", keys(data)[0]["key"])
    kept = state.read_bytes()
    change(data, "compromised")
    said = audit(data, state, "--json")
    assert said.code == 1
    assert said.document["other_keys"] == [keys(data)[-1]["id"]]
    assert state.read_bytes() == kept
    said = audit(data, state, "--key", keys(data)[-1]["key"])
    assert (said.code, "which extends the" in said.out) == (0, True)


def test_a_new_key_does_not_excuse_another_history(data: Path, tmp_path: Path) -> None:
    state = tmp_path / "seen.json"
    eval752("log", "checkpoint", "--data", data)
    audit(data, state, "--key", keys(data)[0]["key"])
    kept = state.read_bytes()
    forged = _in_the_name_of(keys(data)[0]["key"].partition("+")[0], tmp_path / "forged")
    said = audit(forged, state, "--key", keys(forged)[0]["key"])
    assert (said.code, "NOT THE SAME LOG" in said.out) == (1, True)
    assert state.read_bytes() == kept


def _in_the_name_of(origin: str, folder: Path) -> Path:
    """Another archive that calls itself so."""
    identity = folder / "identity/identity.json"
    identity.parent.mkdir(parents=True, mode=0o700)
    identity.write_text(json.dumps({"ed25519_seed": "5e" * 32, "origin": origin}))
    identity.chmod(0o600)
    eval752("record", "--seal", "--data", folder, stdin=lines([*DATASET, *RUN]))
    more(folder, "and more")
    eval752("log", "checkpoint", "--data", folder)
    return folder


def test_keys_change_through_a_service_as_in_the_folder(remote: Remote, tmp_path: Path) -> None:
    folder = remote.service.archive.folder
    for arguments in (["show"], ["show", "--json"], ["show", "--policy"]):
        through = remote("key", *arguments)
        assert (through.code, through.out) == (0, eval752("key", *arguments, "--data", folder).out)
    old = remote("key", "show", "--json").document[-1]["id"]
    assert remote("key", "rotate").code == 0
    said = remote("key", "compromised", "--since", "2025-01-01", "--json").document
    assert said["in_force"]["state"] == "in force"
    states = [key["state"] for key in remote("key", "show", "--json").document]
    assert states[-3:] == ["retired", "compromised", "in force"]
    assert remote("key", "compromised", old, "--json").document["compromised"] == old
    refused = remote("key", "compromised", "00000000")
    assert (refused.code, old in refused.err) == (2, True)
    check_keys(remote.service.archive)
    with open_archive(folder, writable=False) as reader:
        assert reader.signer.key == remote.service.archive.signer.key
