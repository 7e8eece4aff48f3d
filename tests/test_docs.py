"""Every command in the docs runs as a reader would run it: from the top, in an empty folder."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.authorities import OpensslAuthority, serving
from tests.witnesses import TestWitness

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
WALKTHROUGHS = [
    "docs/comparing.md",
    "docs/first-run.md",
    "docs/first-service.md",
    "docs/first-table.md",
    "docs/inspect-live.md",
    "docs/log.md",
]


def blocks(page: str) -> list[str]:
    return BLOCK.findall((ROOT / page).read_text())


def links(page: Path) -> list[str]:
    return LINK.findall(CODE.sub("", page.read_text()))


@pytest.mark.parametrize("page", WALKTHROUGHS)
def test_a_walkthrough_runs_from_top_to_bottom(page: str, tmp_path: Path) -> None:
    if "inspect" in page and shutil.which("inspect", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("Inspect AI is not installed")
    if "comparing" in page and find_spec("scipy") is None:
        pytest.skip("SciPy has no wheel here")
    if "log" in page and shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    plain = {name: value for name, value in os.environ.items() if "EVAL752" not in name}
    environment = {**plain, "PATH": path, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    script = "set -eu\n" + "\n".join(blocks(page))
    for tool in re.findall(r"^\s*(curl|openssl|sha256sum|unzip)\b", script, re.MULTILINE):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool} here, which the page uses")
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here to run the commands with")
    with others(page, tmp_path / "others") as variables:
        done = subprocess.run(
            [bash, "-c", script],
            check=False,
            cwd=tmp_path,
            env={**environment, **variables},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "VERIFIED" in done.stdout
    for told in QUOTED.findall((ROOT / page).read_text()):
        assert told in done.stdout


@contextmanager
def others(page: str, folder: Path) -> Iterator[dict[str, str]]:
    """A timestamp authority and a witness, in the variables by which a page names a reader's."""
    if "log" not in page:
        yield {}
        return
    openssl, witness = OpensslAuthority(folder), TestWitness(None)
    with serving(openssl) as authority, serving(witness) as seeing:
        yield {
            "AUTHORITY": authority.url,
            "ROOTS": str(openssl.root),
            "WITNESS": seeing.url,
            "WITNESS_KEY": witness.key.encode(),
        }


def test_every_command_of_the_readme_is_a_verb_of_the_bootstrap_script() -> None:
    listed = subprocess.run(
        [sys.executable, str(ROOT / "run"), "--help"], check=True, capture_output=True, text=True
    )
    verbs = re.findall(r"^  (\w+) ", listed.stdout + listed.stderr, re.MULTILINE)
    commands = [
        line.split("#")[0].split() for block in blocks("README.md") for line in block.splitlines()
    ]
    assert [command[1] for command in commands] == ["demo", "check"]
    assert {"demo", "check"} <= set(verbs)


PAGES = [
    str(path.relative_to(ROOT))
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    found = links(ROOT / page)
    missing = [link for link in found if not ((ROOT / page).parent / link).exists()]
    assert missing == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [(page.parent / link).resolve() for link in links(page)]
    assert set((ROOT / "docs").rglob("*.md")) <= reached
