"""``eval752 serve`` as a process of its own, to be killed and started again on the same folder.

Not here: what must be there afterwards.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "interface.cli.main", "serve", "--port", "0")


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    clean = {name: of for name, of in os.environ.items() if not name.startswith("EVAL752_")}
    return subprocess.Popen(
        [*COMMAND, "--data", str(folder), "--token-rate", "1000000/minute", *options],
        cwd=ROOT,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Serving:
    """A service that dies and comes back; ``log`` is all that it said on stderr."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self._options = folder, options
        self.log: list[str] = []
        self.tokens: list[str] = []
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        self.process = start(self.folder, *self._options)
        assert self.process.stdout
        assert self.process.stderr
        self._reading = Thread(target=self.log.extend, args=(self.process.stderr,))
        self._reading.start()
        self.url = self.process.stdout.readline().strip().removeprefix("listening on ")
        assert self.url.startswith("http://"), self.log
        if not self.tokens:
            self.tokens.append(self.process.stdout.readline().split()[-1])

    def client(self, token: str = "") -> httpx.Client:
        """Somebody who asks; the administrator, where nobody else is said."""
        headers = {"Authorization": f"Bearer {token or self.tokens[0]}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def kill(self) -> None:
        """End it as a power failure would."""
        self.process.kill()
        self._end()

    def stop(self) -> int:
        """Let it end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._end()

    def kill_and_start(self) -> None:
        """A crash, and what the system does about it."""
        self.kill()
        self.start()

    def _end(self) -> int:
        code = self.process.wait(60)
        self._reading.join()
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def check_log(self, *secrets: str) -> None:
        """No line but JSON, and in none a secret, content or a place of this machine."""
        text = "".join(self.log)
        assert all(isinstance(json.loads(line), dict) for line in self.log)
        assert "Traceback" not in text
        for secret in (*(each.split("_", 2)[2] for each in self.tokens), *secrets):
            assert secret not in text
        assert str(self.folder) not in text


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Serving]:
    service = Serving(folder, *options)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.kill()


def holding(folder: Path, text: bytes) -> list[str]:
    """The files below a folder that hold these bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path.relative_to(folder)) for path in files if text in path.read_bytes()]


def ok(answer: httpx.Response, *statuses: int) -> Any:
    """The answer, which went well."""
    assert answer.status_code in (statuses or (200, 201)), answer.text
    return answer.json() if answer.content else None
