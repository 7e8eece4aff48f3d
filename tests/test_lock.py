"""requirements.lock against pyproject.toml. Not here: whether its pins can still be had."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_lock_covers_every_dependency_that_pyproject_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[^\w.-]", wish)[0].lower().replace(".", "-") for wish in wanted}
    assert names <= set(re.findall(r"(?m)^([\w.-]+)==", LOCK))


def test_every_pin_of_the_lock_has_hashes() -> None:
    pins = re.findall(r"(?m)^\S.*", LOCK)
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)? \\", pin) for pin in pins)


def test_the_lock_names_no_host() -> None:
    assert not re.search(r"://|--index|--extra-index|--find-links|\.(org|com|io|net)\b", LOCK)
