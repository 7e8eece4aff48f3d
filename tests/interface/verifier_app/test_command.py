"""The standalone verifier as its user runs it: on a Python with nothing else, and on a full one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.verification.policy import Policy
from interface.report_text import report_document
from interface.verifier_app.__main__ import main
from interface.verifying import verify_file
from tests.interface.verifier_app.conftest import BARE, Said, ask

CONFORMANCE = Path(__file__).parents[2] / "conformance"
WITHOUT_ORJSON = """
import runpy, sys
sys.modules["orjson"] = None  # not importable from now on
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
FORGERIES = ("raised-score", "other-response", "dropped-item")


@pytest.fixture(scope="session")
def files(demo: Path) -> list[Path]:
    """The bundles that every Python must judge alike."""
    return [*sorted(demo.glob("*.zip")), *sorted(CONFORMANCE.rglob("*.zip"))]


@pytest.fixture(scope="session")
def full(verifier: Path, files: list[Path]) -> Said:
    """What a Python with orjson and cryptography says of them."""
    return ask([sys.executable, verifier, "--json", *files])


@pytest.fixture
def told(demo: Path) -> list[str]:
    """The options by which a recipient says what the sender told."""
    digest, key = ((demo / name).read_text().strip() for name in ("digest", "key"))
    return ["--expect-digest", digest, "--key", key]


def test_a_genuine_bundle_verifies_on_a_bare_python(verifier: Path, demo: Path) -> None:
    said = ask([*BARE, verifier, "demo.eval752.zip"], demo)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("demo.eval752.zip\n  VERIFIED: ")
    assert "   9 signature     not shown  this Python has no Ed25519" in said.out


def test_with_and_without_orjson_the_findings_are_the_same(
    verifier: Path, files: list[Path], full: Said
) -> None:
    slow = ask([sys.executable, "-c", WITHOUT_ORJSON, verifier, "--json", *files])
    assert len(full.documents) == len(files) > 5
    assert (slow.code, slow.documents) == (full.code, full.documents)


def test_on_a_bare_python_all_but_signatures_is_the_same(
    verifier: Path, files: list[Path], full: Said
) -> None:
    bare = ask([*BARE, verifier, "--json", *files])
    assert bare.code == full.code
    assert list(map(without_signatures, bare.documents)) == list(
        map(without_signatures, full.documents)
    )


def without_signatures(document: dict[str, Any]) -> dict[str, Any]:
    """A report without the checks that need cryptography, and what is drawn from them."""
    without = {"signature", "inclusion", "time", "witness", "evidence"}
    checks: list[dict[str, Any]] = document.get("checks", [])
    kept = [check for check in checks if check["name"] not in without]
    left_out = {"checks": kept, "properties": None, "verified": None}
    return {**document, **left_out}


def test_json_is_what_the_installed_package_finds(files: list[Path], full: Said) -> None:
    for file, document in zip(files[:5], full.documents, strict=False):
        assert document == report_document(str(file), verify_file(file, Policy()))


def test_forgeries_are_findings(demo: Path) -> None:
    for name in FORGERIES:
        assert main([str(demo / f"{name}.eval752.zip")]) == 1


def test_a_key_that_is_trusted_shows_the_signature(
    demo: Path, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*told, str(demo / "demo.eval752.zip")]) == 0
    assert "   9 signature     passed     signed by archive-" in capsys.readouterr().out


def test_a_policy_file_is_read_on_a_bare_python(verifier: Path, demo: Path, tmp_path: Path) -> None:
    key = (demo / "key").read_text().strip()
    origin = {"name": key.partition("+")[0], "keys": [{"key": key}]}
    toml, strict = tmp_path / "p.toml", tmp_path / "p.json"
    toml.write_text("require = ['completeness']")
    strict.write_text(json.dumps({"origins": [origin], "require": ["time"]}))
    said = ask([*BARE, verifier, "--policy", toml, "demo.eval752.zip"], demo)
    assert (said.code, said.err) == (0, "")
    assert "  18 policy        passed " in said.out
    said = ask([*BARE, verifier, "--policy", strict, "demo.eval752.zip"], demo)
    assert said.code == 1
    assert "at        check 9, signature" in said.out
    assert "at        check 12, time" in said.out


def test_a_variable_names_the_policy_too(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text("require = ['time']")
    monkeypatch.setenv("EVAL752_POLICY", str(policy))
    assert main([str(demo / "demo.eval752.zip")]) == 1
    policy.write_text("need = ['time']")
    with pytest.raises(SystemExit):
        main([str(demo / "demo.eval752.zip")])
    assert f"{policy}: need: expected one of origins" in capsys.readouterr().err
    monkeypatch.setenv("EVAL752_POLICY", "")
    with pytest.raises(SystemExit) as ended:
        main([str(demo / "demo.eval752.zip")])
    assert ended.value.code == 2
    assert "EVAL752_POLICY: expected the path of a policy" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--expect-digest", "--policy", "--key", "--require"])
def test_an_empty_demand_is_bad_usage(
    demo: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option, "", str(demo / "demo.eval752.zip")])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert (said.out, option in said.err) == ("", True)


def test_another_digest_than_the_one_told_is_a_finding(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--expect-digest", "0" * 64, str(demo / "demo.eval752.zip")]) == 1
    assert "at        bundle digest" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["signature", "9"])
def test_a_required_check_that_is_not_shown_is_a_finding(
    demo: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["--require", name, str(demo / "demo.eval752.zip")]) == 1
    assert "at        check 9, signature" in capsys.readouterr().out


def test_of_several_files_the_worst_counts(
    demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    names = ["demo.eval752.zip", "raised-score.eval752.zip", "key"]
    assert main(names[:2]) == 1
    assert main(names) == 2
    out, err = capsys.readouterr()
    assert err == "error: key: expected a bundle, found no ZIP file\n"
    assert out.endswith("3 files: 1 verified, 1 not verified, 1 unreadable\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--expect-digest", "abc", "demo.eval752.zip"],
        ["--expect-digest", "0" * 64, "demo.eval752.zip", "again.eval752.zip"],
        ["--key", "nobody", "demo.eval752.zip"],
        ["--require", "luck", "demo.eval752.zip"],
    ],
)
def test_bad_usage_is_neither_verified_nor_a_finding(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nowhere.eval752.zip", "."])
def test_a_file_that_cannot_be_read_is_neither(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([name]) == 2
    assert capsys.readouterr().err.startswith(f"error: {name}: ")


def test_a_file_name_does_nothing_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    main(["\x1b[2J.zip"])
    assert capsys.readouterr().err.startswith("error: \\x1b[2J.zip: ")


def test_a_bug_of_ours_is_not_taken_for_a_finding(verifier: Path, demo: Path) -> None:
    broken = "import sys, zlib; del zlib.crc32; import runpy; sys.argv = sys.argv[1:]; "
    run = "runpy.run_path(sys.argv[0], run_name='__main__')"
    assert ask([*BARE, "-c", broken + run, verifier, demo / "demo.eval752.zip"]).code == 70


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full")
def test_a_report_that_cannot_be_written_is_no_verdict(verifier: Path, demo: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, str(verifier), str(demo / "demo.eval752.zip")]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output: expected room to write, found ")
    assert "Traceback" not in done.stderr
