from collections.abc import Callable
from pathlib import Path

import pytest

from domain.bundle import layout
from domain.transparency.signed_note import VerifierKey
from infrastructure.bundle_zip import BundleWriter, open_bundle
from interface.hidden_characters import is_hidden
from tests.interface.cli.running import eval752, subprocess752
from tests.native_exports import item, server_export

Change = Callable[[str, bytes], bytes]


def changed(bundle: Path, target: Path, change: Change) -> Path:
    """A copy of a bundle with other members in a sound container."""
    with open_bundle(bundle) as members, BundleWriter(target) as written:
        for name in members.names():
            written.copy(name, [change(name, b"".join(members.chunks(name)))])
    return target


@pytest.fixture
def forged(bundle: Path, tmp_path: Path) -> Path:
    """The bundle with a score that is better than it was."""

    def change(name: str, data: bytes) -> bytes:
        return data.replace(b'"score":0', b'"score":1') if name == layout.RESULTS else data

    return changed(bundle, tmp_path / "forged.eval752.zip", change)


def test_a_genuine_bundle_is_verified(bundle: Path) -> None:
    said = eval752("verify", bundle)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == str(bundle)
    assert lines[1].startswith("  VERIFIED: 12 checks passed, 0 failed, 6 not shown")
    assert "   1 container     passed     14 members" in lines
    assert (
        "  18 policy        not shown  no policy: nothing was required beyond these checks" in lines
    )
    assert "     complete      yes        all 2 planned results" in lines


def test_a_forged_bundle_is_not_and_what_failed_is_said(forged: Path) -> None:
    said = eval752("verify", forged)
    assert said.code == 1
    _, verdict, failed, *rest = said.out.splitlines()
    assert verdict.startswith("  NOT VERIFIED: ")
    assert failed == "  failed         2 digests, 15 replay"
    assert "   2 digests       FAILED     1 finding" in rest
    assert "     at        results.jsonl" in rest


def test_findings_are_in_the_document_with_both_sides(forged: Path) -> None:
    (report,) = eval752("verify", "--json", forged).document
    assert (report["file"], report["verified"]) == (str(forged), False)
    check = report["checks"][14]
    assert (check["check"], check["name"], check["outcome"]) == (15, "replay", "failed")
    (finding,) = check["findings"]
    assert finding["place"].startswith("results.jsonl, line 2")
    assert '"score":0' in finding["expected"]
    assert '"score":1' in finding["found"]


def test_of_many_files_each_is_verified_and_the_worst_decides(bundle: Path, forged: Path) -> None:
    said = eval752("verify", "--quiet", bundle, forged, bundle)
    assert said.code == 1
    assert said.out.splitlines() == [
        f"{bundle}: VERIFIED",
        f"{forged}: NOT VERIFIED, failed: 2 digests, 15 replay",
        f"{bundle}: VERIFIED",
        "3 files: 2 verified, 1 not verified",
    ]


def test_an_unreadable_file_does_not_keep_the_others_from_being_verified(
    bundle: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.zip"
    said = eval752("verify", "-q", missing, bundle)
    assert said.code == 2
    assert said.out == f"{bundle}: VERIFIED\n2 files: 1 verified, 1 unreadable\n"
    assert said.err.startswith(f"error: {missing}: expected a readable file, found ")
    unreadable, report = eval752("verify", "--json", missing, bundle).document
    assert unreadable["error"]["place"] == str(missing)
    assert report["verified"]


def test_a_digest_and_a_key_that_were_told_are_checked(data: Path, bundle: Path) -> None:
    target = data.with_name("again.eval752.zip")
    options = ("-o", target, "--json", "--data", data)
    told = eval752("export", "capitals", *options).document
    policy = ("--expect-digest", told["digest"], "--key", told["verifier_key"])
    (report,) = eval752("verify", bundle, *policy, "--require", "signature", "--json").document
    assert report["verified"]
    assert [report["checks"][n]["outcome"] for n in (8, 17)] == ["passed", "passed"]
    wrong = eval752("verify", bundle, "--expect-digest", "0" * 64, "-q")
    assert (wrong.code, wrong.out) == (1, f"{bundle}: NOT VERIFIED, failed: 2 digests\n")


def test_what_is_required_and_not_shown_is_a_finding(bundle: Path) -> None:
    said = eval752("verify", bundle, "--require", "time", "--require", "13", "--quiet")
    assert (said.code, said.out) == (1, f"{bundle}: NOT VERIFIED, failed: 18 policy\n")


def trusting(key: str) -> str:
    name = key.partition("+")[0]
    return f"[[origins]]\nname = '{name}'\n[[origins.keys]]\nkey = '{key}'\n"


def key_of(bundle: Path) -> str:
    with open_bundle(bundle) as members:
        return b"".join(members.chunks(layout.KEYS)).decode().strip()


def test_a_policy_file_says_whom_to_trust_and_options_add_to_it(
    bundle: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text(trusting(key_of(bundle)))
    said = eval752("verify", bundle, "--policy", policy)
    assert (said.code, said.err) == (0, f"policy: {policy}\n")
    assert "   9 signature     passed     signed by archive-" in said.out
    assert "  18 policy        passed     all that was required is shown" in said.out
    more = eval752("verify", bundle, "--policy", policy, "--require", "time", "-q")
    assert (more.code, more.out) == (1, f"{bundle}: NOT VERIFIED, failed: 18 policy\n")
    other = VerifierKey("archive-0000", bytes(32)).encode()
    policy.write_text(trusting(other))
    said = eval752("verify", bundle, "--policy", policy)
    assert said.code == 1
    assert "an origin that you do not trust" in " ".join(said.out.split())


def test_the_policy_of_an_option_goes_before_the_variable_and_that_before_the_users_own(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own, named, given = (tmp_path / name for name in ("eval752/policy.toml", "b.toml", "c.toml"))
    own.parent.mkdir()
    for path in (own, named, given):
        path.write_text("require = ['tree']")
    variable = {"EVAL752_POLICY": str(named)}
    assert eval752("verify", bundle, "-q").err == f"policy: {own}\n"
    assert eval752("verify", bundle, "-q", **variable).err == f"policy: {named}\n"
    options = ("--policy", given)
    assert eval752("verify", bundle, "-q", *options, **variable).err == f"policy: {given}\n"


def test_a_policy_that_is_none_is_bad_usage_and_names_the_place(
    bundle: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text("requires = ['tree']")
    said = eval752("verify", bundle, "--policy", policy)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {policy}: requires: expected one of origins, ")
    said = eval752("verify", bundle, "--policy", tmp_path / "none.toml")
    assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize(
    "options",
    [
        ("--expect-digest", "abc"),
        ("--expect-digest", ""),
        ("--key", "abc"),
        ("--key", ""),
        ("--require", "everything"),
        ("--require", ""),
        ("--policy", ""),
        ("--nonsense",),
    ],
)
def test_a_policy_that_cannot_be_read_is_bad_usage(bundle: Path, options: tuple[str, ...]) -> None:
    said = eval752("verify", bundle, *options)
    assert (said.code, said.out) == (2, "")
    assert options[0] in said.err


def test_an_empty_variable_is_not_taken_for_no_policy(bundle: Path) -> None:
    said = eval752("verify", bundle, EVAL752_POLICY="")
    assert (said.code, said.out) == (2, "")
    assert "EVAL752_POLICY: expected the path of a policy, found an empty text" in said.err


def test_a_policy_of_ones_own_that_leads_nowhere_is_not_taken_for_none(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own = tmp_path / "eval752/policy.toml"
    own.parent.mkdir()
    own.symlink_to(tmp_path / "unmounted/policy.toml")
    said = eval752("verify", bundle)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {own}: expected a policy, found No such file")


def test_one_digest_for_several_files_is_bad_usage(bundle: Path) -> None:
    said = eval752("verify", bundle, bundle, "--expect-digest", "0" * 64)
    assert said.code == 2
    assert "--expect-digest: expected one FILE" in said.err


def test_a_bundle_that_climbs_is_not_verified_and_writes_nothing(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "conformance" / "invalid" / "container"
    said = eval752("verify", folder / "climbing-name.eval752.zip")
    assert said.code == 1
    assert "failed         1 container" in said.out
    assert "a path that climbs out of its folder" in said.out


def test_characters_of_a_bundle_that_nobody_sees_never_reach_the_terminal(
    bundle: Path, tmp_path: Path
) -> None:
    def change(name: str, data: bytes) -> bytes:
        evil = '{"\x1b]0;owned\x07\u202e\u3164":"\x9b31m\u2800"}\n'.encode()
        return evil if name == layout.MANIFEST else data

    said = eval752("verify", changed(bundle, tmp_path / "evil\x1b[31m\u3164\u034f.zip", change))
    assert said.code == 1
    assert not any(char != "\n" and is_hidden(char) for char in said.out + said.err)
    assert r"evil\x1b[31m\u3164\u034f.zip" in said.out.replace("\n", "")


def test_nothing_is_needed_but_the_file(bundle: Path, tmp_path: Path) -> None:
    said = subprocess752("verify", bundle, EVAL752_DATA=str(tmp_path / "none"), LC_ALL="C")
    assert (said.code, said.err) == (0, "")
    assert not (tmp_path / "none").exists()


def test_an_output_that_knows_ascii_alone_is_served(bundle: Path) -> None:
    said = subprocess752("verify", bundle, PYTHONIOENCODING="ascii")
    assert said.code == 0
    assert said.out.isascii()


def test_an_export_of_eval_752_itself_is_told_apart_from_a_forgery(tmp_path: Path) -> None:
    file = server_export(tmp_path, [item(0)])
    said = eval752("verify", file)
    assert said.code == 1
    assert "eval752 archive FILE keeps it" in said.err
    said = eval752("import", file, "--data", tmp_path / "data")
    assert said.code == 1
    assert "eval752 archive FILE keeps it" in said.err
