"""The standalone verifier, built once, and bundles to try it on."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from interface.demo import story
from interface.verifier_app import build

BARE = (sys.executable, "-I", "-S")
"""A Python without site-packages, environment and current folder."""


class Said(NamedTuple):
    """What a process came to."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        documents: list[dict[str, Any]] = json.loads(self.out)
        return documents


def ask(command: Sequence[str | Path], folder: Path | None = None) -> Said:
    words = list(map(str, command))
    done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("verifier") / "verify.pyz")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration: a genuine bundle and three forgeries."""
    folder = tmp_path_factory.mktemp("bundles") / "demo"
    assert story.run(folder, lambda _: None) == 0
    return folder
