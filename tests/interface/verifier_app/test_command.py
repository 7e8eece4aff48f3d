"""The standalone verifier as its user runs it: on a Python with nothing else, and on a full one."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.verification.policy import Policy
from interface.report_text import report_document
from interface.verifying import verify_file
from tests.interface.verifier_app.conftest import BARE, Said, ask

CONFORMANCE = Path(__file__).parents[2] / "conformance"
WITHOUT = """
import runpy, sys
sys.modules[sys.argv[1]] = None  # not importable from now on
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def without(module: str, arguments: Sequence[str | Path]) -> Said:
    return ask([sys.executable, "-c", WITHOUT, module, *arguments])


def files_of(demo: Path) -> list[Path]:
    return [*sorted(demo.glob("*.zip")), *sorted(CONFORMANCE.rglob("*.zip"))]


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


def test_where_cryptography_is_the_signature_is_checked(
    verifier: Path, demo: Path, told: list[str]
) -> None:
    said = ask([sys.executable, verifier, *told, "demo.eval752.zip"], demo)
    assert said.code == 0
    assert "   9 signature     passed     signed by archive-" in said.out


def test_forgeries_are_findings(verifier: Path, demo: Path) -> None:
    for name in ("raised-score", "other-response", "dropped-item"):
        assert ask([*BARE, verifier, f"{name}.eval752.zip"], demo).code == 1


def test_another_digest_than_the_one_told_is_a_finding(verifier: Path, demo: Path) -> None:
    said = ask([*BARE, verifier, "--expect-digest", "0" * 64, "demo.eval752.zip"], demo)
    assert said.code == 1
    assert "at        bundle digest" in said.out


def test_a_required_check_that_is_not_shown_is_a_finding(verifier: Path, demo: Path) -> None:
    for name in ("signature", "9"):
        said = ask([*BARE, verifier, "--require", name, "demo.eval752.zip"], demo)
        assert said.code == 1
        assert "at        check 9, signature" in said.out


def test_of_several_files_the_worst_counts(verifier: Path, demo: Path) -> None:
    files = ["demo.eval752.zip", "raised-score.eval752.zip", "key"]
    said = ask([*BARE, verifier, *files], demo)
    assert (said.code, said.err) == (2, "error: key: expected a bundle, found no ZIP file\n")
    assert said.out.endswith("3 files: 1 verified, 1 not verified, 1 unreadable\n")
    assert ask([*BARE, verifier, *files[:2]], demo).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--expect-digest", "abc", "demo.eval752.zip"],
        ["--expect-digest", "0" * 64, "demo.eval752.zip", "again.eval752.zip"],
        ["--key", "nobody", "demo.eval752.zip"],
        ["--require", "luck", "demo.eval752.zip"],
        ["nowhere.eval752.zip"],
        ["."],
    ],
)
def test_bad_usage_and_unreadable_files_are_neither_verified_nor_findings(
    verifier: Path, demo: Path, arguments: list[str]
) -> None:
    said = ask([*BARE, verifier, *arguments], demo)
    assert (said.code, said.out) == (2, "")
    assert "error: " in said.err


def test_a_file_name_does_nothing_to_the_terminal(verifier: Path, tmp_path: Path) -> None:
    said = ask([*BARE, verifier, "\x1b[2J.zip"], tmp_path)
    assert said.err.startswith("error: \\x1b[2J.zip: ")


def test_json_is_what_the_verifier_of_the_installed_package_finds(
    verifier: Path, demo: Path
) -> None:
    files = sorted(demo.glob("*.zip"))
    said = ask([sys.executable, verifier, "--json", *files])
    assert said.documents == [report_document(str(f), verify_file(f, Policy())) for f in files]


def test_with_and_without_orjson_the_findings_are_the_same(verifier: Path, demo: Path) -> None:
    arguments: list[str | Path] = [verifier, "--json", *files_of(demo)]
    fast, slow = ask([sys.executable, *arguments]), without("orjson", arguments)
    assert len(fast.documents) > 5
    assert (slow.code, slow.documents) == (fast.code, fast.documents)


def test_without_cryptography_but_the_signature_all_is_the_same(verifier: Path, demo: Path) -> None:
    arguments: list[str | Path] = [verifier, "--json", *files_of(demo)]
    full, bare = ask([sys.executable, *arguments]), ask([*BARE, *arguments])
    assert bare.code == full.code
    assert list(map(but_for_the_signature, bare.documents)) == list(
        map(but_for_the_signature, full.documents)
    )


def but_for_the_signature(document: dict[str, Any]) -> dict[str, Any]:
    checks: list[dict[str, Any]] = document.get("checks", [])
    return {**document, "checks": [check for check in checks if check["name"] != "signature"]}
