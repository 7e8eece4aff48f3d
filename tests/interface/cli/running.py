"""A small run as actions, and the commands, run in this process or in one of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from interface.bootstrap.opening import open_archive
from interface.cli.app import app

RUN_ID = "0199aaaa-0000-7000-8000-000000000001"
DATASET_ID = "0199bbbb-0000-7000-8000-000000000001"
CONFIG = {
    "provider": "example",
    "model": "example-1",
    "parameters": {},
    "scorers": [{"name": "match", "method": "exact_match", "parameters": {}}],
}
ROWS = [
    {"id": "q-1", "type": "freeform", "inputs": {"text": "France?"}, "answer": "Paris"},
    {"id": "q-2", "type": "freeform", "inputs": {"text": "Peru?"}, "answer": "Lima"},
]
DATASET: list[dict[str, Any]] = [
    {"type": "dataset.registered", "id": DATASET_ID, "config": {"name": "capitals"}},
    *({"type": "dataset.item_added", "row": row} for row in ROWS),
    {"type": "dataset.frozen"},
]
RUN: list[dict[str, Any]] = [
    {"type": "run.registered", "id": RUN_ID, "config": CONFIG},
    {"type": "run.planned"},
    {"type": "run.started"},
    {
        "type": "item.answered", "item": "q-1", "latency_ms": 10, "request": {"prompt": "France?"},
        "response": {"text": "Paris"}, "score": True,
    },
    {"type": "item.attempt_failed", "item": "q-2", "error": {"message": "timeout"}},
    {
        "type": "item.answered", "item": "q-2", "latency_ms": 30, "request": {"prompt": "Peru?"},
        "response": {"text": "Cusco"}, "score": True,
    },
    {"type": "run.completed"},
]  # fmt: skip


class Said(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def lines(actions: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(action) + "\n" for action in actions)


def eval752(*arguments: object, stdin: str | bytes = "", **environment: str) -> Said:
    """Run a command in this process."""
    done = CliRunner().invoke(app, [*map(str, arguments)], input=stdin, env=environment)
    return Said(done.exit_code, done.stdout, done.stderr)


class Remote(NamedTuple):
    """A service, and its token in a file."""

    url: str
    token_file: Path
    service: Any

    def __call__(self, *arguments: object, stdin: str = "") -> Said:
        place = ("--server", self.url, "--token-file", self.token_file)
        return eval752(*arguments, *place, stdin=stdin)


def subprocess752(*arguments: object, stdin: str = "", **environment: str) -> Said:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "interface.cli.main", *map(str, arguments)]
    root = Path(__file__).parents[3]
    variables = {**os.environ, "PYTHONPATH": str(root), **environment}
    done = subprocess.run(
        command, input=stdin.encode(), check=False, capture_output=True, env=variables
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def contents(data: Path) -> dict[str, int]:
    """The versions of all streams of an archive."""
    with open_archive(data, writable=False) as archive:
        return {key.stream: archive.store.version(key) for key in archive.store.streams()}


def stream_of(data: Path, kind: str) -> str:
    """The one run or dataset of an archive."""
    (stream,) = (stream for stream in contents(data) if stream.startswith(kind))
    return stream
