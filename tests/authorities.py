"""Timestamp authorities for tests: `openssl ts` behind a small HTTP server, and one in Python.

Not here: answers that are wrong, which ``scripts.timestamps_by_hand`` makes.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

NEEDS_OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"

_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test Root
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[authority]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.1
digests = sha256,sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""

Answer = Callable[[bytes], tuple[int, str, bytes]]
"""The body of a request to status, media type and body."""


class OpensslAuthority:
    """Answers as `openssl ts -reply` does; its chain of two comes along, in whatever order."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self.root = folder, folder / "root.pem"
        (folder / "ts.cnf").write_text(_CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01")
        new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        self._run(f"req -x509 {new} -keyout root.key -out root.pem -days 9 -extensions root")
        self._run(f"req -new {new} -keyout signer.key -out signer.csr -subj /CN=Test-Authority")
        self._run(
            "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial"
            " -out signer.pem -days 9 -extfile ts.cnf -extensions signer"
        )

    def __call__(self, body: bytes) -> tuple[int, str, bytes]:
        """One answer."""
        (self._folder / "query").write_bytes(body)
        self._run("ts -reply -section authority -queryfile query -out reply")
        return 200, REPLY, (self._folder / "reply").read_bytes()

    def verifies(self, timestamp: bytes, message: bytes) -> bool:
        """Whether `openssl ts -verify` accepts it."""
        (self._folder / "given").write_bytes(timestamp)
        (self._folder / "message").write_bytes(message)
        return self._succeeds("ts -verify -in given -data message -CAfile root.pem")

    def _run(self, command: str) -> None:
        assert self._succeeds(command), command

    def _succeeds(self, command: str) -> bool:
        given = {"OPENSSL_CONF": str(self._folder / "ts.cnf"), "PATH": "/usr/bin:/bin"}
        arguments = ["openssl", *command.split()]
        done = subprocess.run(
            arguments, cwd=self._folder, env=given, check=False, capture_output=True
        )
        return done.returncode == 0


class Asked(NamedTuple):
    """A server, and the bodies that came."""

    url: str
    bodies: list[bytes]


@contextmanager
def serving(answer: Answer) -> Iterator[Asked]:
    """A server of this machine that answers each POST so."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(body)
            status, media_type, data = answer(body)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Asked(f"http://127.0.0.1:{server.server_port}/", bodies)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
