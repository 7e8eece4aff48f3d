import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from interface.web import verify_html
from tests.interface.cli.running import eval752


def test_the_demonstration_goes_well_and_leaves_what_is_kept(tmp_path: Path) -> None:
    said = eval752("demo", tmp_path / "kept", "--json")
    assert said.code == 0
    assert said.document["well"]
    assert (tmp_path / "kept" / "demo.eval752.zip").is_file()


def test_the_demonstration_can_leave_nothing(tmp_path: Path) -> None:
    said = eval752("demo", tmp_path / "gone", "--discard")
    assert (said.code, said.err) == (0, "")
    assert "NOT VERIFIED" in said.out
    assert list(tmp_path.iterdir()) == []


def test_the_verifier_comes_as_one_file_that_says_the_same(tmp_path: Path, bundle: Path) -> None:
    target = tmp_path / "verify.pyz"
    said = eval752("verifier", "-o", target, "--json")
    assert said.document == {
        "file": str(target),
        "sha256": sha256(target.read_bytes()).hexdigest(),
    }
    command = [sys.executable, "-I", str(target), str(bundle)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == eval752("verify", bundle).out


def test_the_verify_page_comes_as_one_file(tmp_path: Path) -> None:
    target = tmp_path / "verify.html"
    said = eval752("verifier", "--html", "-o", target, "--json")
    digest = sha256(target.read_bytes()).hexdigest()
    assert said.document == {"file": str(target), "sha256": digest}
    assert target.read_text("utf-8") == verify_html.self_contained()
    assert eval752("verifier", "--html", "-o", target).code == 2, "what is there is kept"


def test_a_verifier_that_is_there_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "verify.pyz"
    target.write_text("mine")
    assert eval752("verifier", "-o", target).code == 2
    assert target.read_text() == "mine"
