"""The small server as tests use it: started, spoken to byte by byte, and stopped."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


class Served:
    """A process that serves, and what it says."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.interface.api.small_server", *arguments]
        clean = {name: of for name, of in os.environ.items() if not name.startswith("EVAL752_")}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.address = self.line()

    def line(self) -> str:
        """The next line on stdout."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self.address.removeprefix("http://").rsplit(":", 1)
        return host.strip("[]"), int(port)

    def say(self, data: bytes) -> bytes:
        """Send some bytes, and read until the server closes."""
        with self.connected() as connection:
            connection.sendall(data)
            return read_all(connection)

    def connected(self) -> socket.socket:
        """A connection; one that waits for long is a failure."""
        return socket.create_connection(self.place, timeout=30)

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Let it end: its exit code, and what else it said."""
        self.process.send_signal(sig)
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what else it said."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def read_all(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def served(*arguments: str) -> Generator[Served]:
    """A server that is gone at the end."""
    server = Served(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


def parsed(answer: bytes) -> tuple[int, dict[str, str], Any]:
    """Status, headers and body of one answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, body
