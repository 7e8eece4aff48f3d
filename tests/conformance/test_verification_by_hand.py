"""The page says how to verify a bundle with unzip, sha256sum and Python: done here as it stands
there, in a new process, on the files of the conformance folder."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.recording_by_hand import digest
from tests.tables import PAGE

FOLDER = Path(__file__).parent
VALID = ["smallest-run", "run-with-everything", "run-with-everything-deflated", "unsigned",
         "questions-withheld", "all-withheld", "dataset-alone", "twelve-sections"]  # fmt: skip
BEYOND_DIGESTS = ["tree/seal-root-wrong", "tree/seal-root-with-the-last-node-doubled",
                  "parts/part-altered", "stream/version-skipped", "parts/part-dropped",
                  "parts/part-altered-beside-an-erasure", "parts/part-of-no-event",
                  "parts/parts-swapped", "parts/erased-part-there"]  # fmt: skip
RECIPE = PAGE.partition("## 12. To verify by hand")[2].partition("## 13.")[0]


def block(language: str) -> str:
    """The one block of this language, without its indentation."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", RECIPE, re.DOTALL)
    return re.sub(r"^   ", "", found, flags=re.MULTILINE)


@pytest.fixture(autouse=True)
def tools() -> None:
    for tool in ("unzip", "sha256sum"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")


def unzipped(file: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    script = block("sh").replace("FILE", str(file))
    return subprocess.run(
        ["sh", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )


def recomputed(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-c", block("python")]
    return subprocess.run(
        command, cwd=folder / "bundle", capture_output=True, text=True, check=False
    )


LOGGED = ["log-proof", "log-proof-cosigned", "log-proof-of-the-first-event",
          "log-proof-from-a-long-log", "log-proof-alone"]  # fmt: skip
NOT_LOGGED = ["hash-altered", "hash-missing", "hash-too-many", "hashes-swapped", "index-before",
              "index-beyond-the-log", "of-the-datasets-seal", "root-of-another-log",
              "checkpoint-of-another-origin"]  # fmt: skip


@pytest.mark.parametrize("name", LOGGED)
def test_by_the_recipe_the_log_has_the_seal(name: str, tmp_path: Path) -> None:
    unzipped(FOLDER / f"valid/{name}.eval752.zip", tmp_path)
    done = recomputed(tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^the seal stands in a log of \d+ events of archive-7f3a$", done.stdout, re.MULTILINE
    )


@pytest.mark.parametrize("name", NOT_LOGGED)
def test_by_the_recipe_another_log_does_not(name: str, tmp_path: Path) -> None:
    unzipped(FOLDER / f"invalid/inclusion/{name}.eval752.zip", tmp_path)
    done = recomputed(tmp_path)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr


@pytest.mark.parametrize("name", VALID)
def test_by_the_recipe_a_good_bundle_is_good(name: str, tmp_path: Path) -> None:
    done = unzipped(FOLDER / f"valid/{name}.eval752.zip", tmp_path)
    sums = (tmp_path / "bundle/SHA256SUMS").read_bytes()
    assert (done.stdout, done.returncode) == (f"{digest(sums)}  SHA256SUMS\n", 0), done.stderr
    done = recomputed(tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"trees and parts match: \{.+\}\n", done.stdout)


@pytest.mark.parametrize("name", ["digests/member-altered", "digests/sums-digests-swapped"])
def test_by_the_recipe_a_member_that_was_changed_is_named(name: str, tmp_path: Path) -> None:
    done = unzipped(FOLDER / f"invalid/{name}.eval752.zip", tmp_path)
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert digest((tmp_path / "bundle/SHA256SUMS").read_bytes()) not in done.stdout


@pytest.mark.parametrize("name", BEYOND_DIGESTS)
def test_by_the_recipe_events_and_parts_that_were_changed_do_not_match(
    name: str, tmp_path: Path
) -> None:
    done = unzipped(FOLDER / f"invalid/{name}.eval752.zip", tmp_path)
    assert done.returncode == 0, "the sums were made anew"
    done = recomputed(tmp_path)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr
    assert done.stdout == ""
