"""Downloads that are cut go on; what is not what was stated does not appear."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from domain.errors import Refused
from interface.client import BadAnswer, Unavailable
from tests.interface.client.service import Service

RUN = "run/00000000-0000-7000-8000-00000000002a"
WHOLE = bytes(range(256)) * 4096
STATED = f"sha-256=:{b64encode(sha256(WHOLE).digest()).decode()}:"


class Cutting:
    """Answers a download in pieces: each connection ends after so many bytes."""

    def __init__(self, *cuts: int, tags: tuple[str, ...] = ('"a"',), **headers: str) -> None:
        self._cuts, self._tags, self._headers = [*cuts], [*tags], headers
        self.ranges: list[str] = []

    def __call__(self, request: Request) -> Response | None:
        if not request.url.path.endswith("/bundle"):
            return None
        tag = self._tags.pop(0) if len(self._tags) > 1 else self._tags[0]
        asked = request.headers.get("range", "")
        goes_on = asked and request.headers["if-range"] == tag
        self.ranges.append(asked)
        start = int(re.findall(r"\d+", asked)[0]) if goes_on else 0
        end = start + self._cuts.pop(0) if self._cuts else len(WHOLE)
        headers = {"ETag": tag, "Content-Length": str(len(WHOLE) - start)}
        if goes_on:
            headers["Content-Range"] = f"bytes {start}-{len(WHOLE) - 1}/{len(WHOLE)}"
        else:
            headers["Content-Digest"] = STATED
        headers |= {name.replace("_", "-"): value for name, value in self._headers.items()}
        return _Cut(WHOLE[start:end], 206 if goes_on else 200, headers)


class _Cut(Response):
    """Says that there is more than it sends, and hangs up."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if int(self.headers["content-length"]) == len(self.body):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def init_headers(self, headers: Any = None) -> None:
        self.raw_headers = [(n.lower().encode(), v.encode()) for n, v in dict(headers).items()]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "bundle.zip"


def there(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix in {".zip", ".part"}]


def test_a_download_that_is_cut_goes_on_where_it_was(
    client: Any, service: Service, target: Path
) -> None:
    cutting = service.before = Cutting(300_000, 1, 400_000)
    downloaded = client.download(RUN, target)
    assert target.read_bytes() == WHOLE
    assert downloaded.size == len(WHOLE)
    assert cutting.ranges == ["", "bytes=300000-", "bytes=300001-", "bytes=700001-"]


def test_a_download_begins_anew_where_there_is_another_version(
    client: Any, service: Service, target: Path
) -> None:
    service.before = Cutting(300_000, 400_000, tags=('"a"', '"b"'))
    client.download(RUN, target)
    assert target.read_bytes() == WHOLE


def test_a_download_that_stays_cut_is_given_up_and_nothing_is_there(
    client: Any, service: Service, target: Path
) -> None:
    service.before = Cutting(300_000, *[0] * 20)
    with pytest.raises(Unavailable):
        client.download(RUN, target)
    assert there(target.parent) == []


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"Content_Digest": STATED.replace(STATED[20], "_")}, "sha-256"),
        ({"Content_Digest": ""}, "sha-256"),
        ({"Content_Length": "1"}, ""),
        ({"Content_Encoding": "gzip"}, "gzip"),
    ],
)
def test_what_is_not_what_was_stated_does_not_appear(
    client: Any, service: Service, target: Path, headers: dict[str, str], found: str
) -> None:
    service.before = Cutting(tags=('"a"',), **headers)
    with pytest.raises((BadAnswer, Unavailable)) as caught:
        client.download(RUN, target)
    assert found in str(caught.value)
    assert there(target.parent) == []


def test_a_range_that_was_not_asked_for_is_refused(
    client: Any, service: Service, target: Path
) -> None:
    wrong: Callable[[Request], Response | None] = Cutting(
        300_000, Content_Range=f"bytes 0-{len(WHOLE) - 1}/{len(WHOLE)}"
    )
    service.before = wrong
    with pytest.raises(BadAnswer, match="the range"):
        client.download(RUN, target)
    assert there(target.parent) == []


def test_a_body_without_end_is_refused(client: Any, service: Service, target: Path) -> None:
    async def endless() -> Any:
        while True:
            yield bytes(2**16)
            await asyncio.sleep(0)

    service.before = lambda _: StreamingResponse(endless(), 200, {"ETag": '"a"'})
    with pytest.raises(BadAnswer, match="Content-Length"):
        client.download(RUN, target)
    assert there(target.parent) == []


def test_a_name_that_is_taken_stays(client: Any, service: Service, target: Path) -> None:
    target.write_bytes(b"mine")
    with pytest.raises(Refused, match="a new name"):
        client.download(RUN, target)
    assert target.read_bytes() == b"mine"
    service.before = Cutting()
    client.download(RUN, target, overwrite=True)
    assert target.read_bytes() == WHOLE
