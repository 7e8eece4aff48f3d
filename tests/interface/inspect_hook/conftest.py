"""A real service, and processes that evaluate with Inspect AI and record into it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from logging import CRITICAL
from pathlib import Path
from typing import Any

import pytest
import structlog

from application.stored import StoredEvent
from tests.archives import stored
from tests.interface.api.conftest import Served, served

ROOT = Path(__file__).parents[3]
MODULE = "tests.interface.inspect_hook.evaluating"


class Place:
    """A service, and the folder in which processes put logs and spools."""

    def __init__(self, service: Served, folder: Path) -> None:
        self.service, self.folder = service, folder
        recorder = service.as_role("recorder")
        self.token = recorder.headers["authorization"].removeprefix("Bearer ")
        self.spools = folder / "state" / "eval752" / "spool"

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: of for name, of in os.environ.items() if not name.startswith("EVAL752_")}
        own = {"EVAL752_SERVER": self.service.url, "EVAL752_TOKEN": self.token}
        return {**clean, **own, "XDG_STATE_HOME": str(self.folder / "state"), **more}

    def start(self, *kinds: str, **more: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", MODULE, str(self.folder / "logs"), *kinds]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def runs(self) -> list[str]:
        """The streams of all runs, the oldest first."""
        rows = self.service.root.get("/v1/runs", params={"limit": 1000}).json()["items"]
        return sorted((row["key"]["stream"] for row in rows), key=lambda s: s.split("/")[1])

    def events(self, stream: str) -> list[StoredEvent]:
        return stored(self.service.service.archive, stream)

    def types(self, stream: str) -> list[str]:
        return [stored.event.type for stored in self.events(stream)]

    def run_of(self, eval_id: str) -> str:
        """The run of an evaluation of Inspect."""
        told = {run: self.events(run)[0].value("environment") for run in self.runs}
        (found,) = (run for run, given in told.items() if of(given)["eval_id"] == eval_id)
        return found


def of(value: Any) -> dict[str, Any]:
    """A JSON object, to look into."""
    assert isinstance(value, dict)
    return value


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service of its own for the tests of a file."""
    folder = tmp_path_factory.mktemp("inspect-hook")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    with served(folder / "data") as service:
        yield Place(service, folder)
    structlog.reset_defaults()
