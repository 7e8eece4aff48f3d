"""Bodies that are made to do harm: told for what they are, with nothing of them or us left over."""

import gzip
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import httpx
import pytest

from domain.errors import Eval752Error
from domain.verification.policy import Policy
from interface.report_text import report_document
from interface.verifying import verify_file
from tests.interface.api.conftest import (
    NDJSON,
    Served,
    begin_run,
    lines,
    new_dataset,
    ok,
    served,
)

ZIP = {"Content-Type": "application/zip"}
INVALID = sorted((Path(__file__).parents[2] / "conformance" / "invalid").glob("*/*.eval752.zip"))


def kept(service: Served) -> list[str]:
    return [path.name for path in (service.service.archive.folder / "spool").iterdir()]


def told(path: Path) -> Any:
    """What the verifier says of a file, whatever its name."""
    try:
        return {**report_document("", verify_file(path, Policy()))}
    except Eval752Error as problem:
        return problem.expected, problem.found


def of_answer(answer: httpx.Response) -> Any:
    document = answer.json()
    return document if answer.status_code == 200 else (document["expected"], document["found"])


@pytest.mark.parametrize("group", sorted({path.parent.name for path in INVALID}))
def test_a_bad_bundle_comes_to_what_the_verifier_says(service: Served, group: str) -> None:
    machine = str(service.service.archive.folder)
    for path in (path for path in INVALID if path.parent.name == group):
        sent = path.read_bytes()
        answer = service.root.post("/v1/verifications", content=sent, headers=ZIP)
        assert of_answer(answer) == told(path), path.name
        taken = service.root.post("/v1/imports", content=sent, headers=ZIP)
        assert taken.status_code in {200, 201, 409, 422}, (path.name, taken.text)
        assert machine not in answer.text + taken.text
    assert kept(service) == []


def test_a_batch_is_within_its_bounds(service: Served) -> None:
    recorder = service.as_role("recorder")
    run = begin_run(recorder, new_dataset(recorder))
    before = ok(recorder.get(f"/v1/runs/{run}"))["run"]["version"]
    line = lines({"type": "run.annotated", "annotation": "x"})
    long = b'{"type":"run.annotated","annotation":"' + b"x" * (16 * 2**20) + b'"}'
    deep = b'{"type":"run.annotated","annotation":' + b"[" * 10**5 + b"]" * 10**5 + b"}"
    bodies = [
        (line * 10_001, 413),
        (long, 413),
        (deep, 400),
        (b"\xff\xfe", 400),
        (b'{"type":"run.annotated","annotation":"\\ud800"}', 400),
        (gzip.compress(line), 400),
        (line + b"\0", 400),
    ]
    for body, status in bodies:
        refused = recorder.post(f"/v1/runs/{run}/events", content=body, headers=NDJSON)
        assert (refused.status_code, len(refused.text) < 3000) == (status, True)
    assert ok(recorder.get(f"/v1/runs/{run}"))["run"]["version"] == before


@pytest.mark.parametrize(("path", "most"), [("tokens", 2**16), ("datasets", 2**24)])
def test_a_document_is_no_longer_than_it_can_mean_something(
    service: Served, path: str, most: int
) -> None:
    json = {"Content-Type": "application/json"}
    for size, status in ((most, 400), (most + 1, 413)):
        sent = b"[" + b" " * (size - 2) + b"]"
        refused = service.root.post(f"/v1/{path}", content=sent, headers=json)
        assert refused.status_code == status


@pytest.mark.parametrize(
    "path", ["/v1/verifications", "/v1/imports", "/v1/archivings", "/datasets/upload"]
)
@pytest.mark.parametrize("framing", ["Content-Length: 3000000", "Transfer-Encoding: chunked"])
def test_an_upload_that_is_broken_off_leaves_nothing(
    service: Served, path: str, framing: str
) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    is_form = path in {"/v1/archivings", "/datasets/upload"}
    media = "multipart/form-data; boundary=B" if is_form else "application/zip"
    head = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {media}", framing]
    head.append(f"Authorization: {service.root.headers['Authorization']}")
    begun = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"x" * 2**21
    )
    body = begun if "Length" in framing else b"%x\r\n%b\r\n" % (len(begun), begun)
    with closing(socket.create_connection((host, int(port)), timeout=30)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
    assert _soon(lambda: not kept(service))


def _soon(happens: Callable[[], bool]) -> bool:
    for _ in range(500):
        if happens():
            return True
        sleep(0.02)
    return False


def test_files_that_come_in_at_once_have_a_bound_together(tmp_path: Path) -> None:
    with served(tmp_path / "data", max_upload_size=2**20) as service:
        first, *others = (_Slow(service, 2**20 - 1) for _ in range(5))
        assert _soon(lambda: any(each.answer() for each in (first, *others)))
        assert [each.answer() for each in (first, *others)].count(b"HTTP/1.1 429") == 1
        first.close()
        for each in others:
            each.close()
        assert _soon(lambda: put(service).status_code == 201)


def put(service: Served) -> httpx.Response:
    return service.root.put("/v1/assets", params={"ext": "txt"}, content=b"x" * 2**19)


class _Slow:
    """An upload that lacks its last byte."""

    def __init__(self, service: Served, size: int) -> None:
        host, port = service.url.removeprefix("http://").split(":")
        head = ["PUT /v1/assets?ext=txt HTTP/1.1", "Host: x", f"Content-Length: {size + 1}"]
        head.append(f"Authorization: {service.root.headers['Authorization']}")
        self._connection = socket.create_connection((host, int(port)), timeout=0.2)
        self._connection.sendall("\r\n".join([*head, "", ""]).encode() + b"x" * size)

    def answer(self) -> bytes | None:
        """How the answer begins, if there is one."""
        try:
            return self._connection.recv(12, socket.MSG_PEEK)
        except TimeoutError:
            return None

    def close(self) -> None:
        self._connection.close()


def test_a_form_is_the_one_that_was_announced(service: Served) -> None:
    form = b'--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--B--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    headers["Content-Digest"] = "sha-256=:" + "A" * 43 + "=:"
    refused = service.root.post("/datasets/upload", content=form, headers=headers)
    assert (refused.status_code, refused.json()["place"]) == (400, "Content-Digest")
