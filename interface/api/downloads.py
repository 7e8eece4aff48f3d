"""Downloads of files: ranges, and a strong ETag. Not here: which file."""

import re
from typing import Final

from fastapi import Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from interface.api.digests import content_digest
from interface.api.errors import RangeNotSatisfiable
from interface.api.exports import Ready

_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.ASCII)


class _File(FileResponse):
    chunk_size = 2**20


def download(request: Request, ready: Ready, name: str) -> FileResponse:
    """The file, or the range of it that is asked for.

    A ``Range`` of several ranges, or one that is none, is passed over (RFC 9110, section 14.2).

    Raises:
        RangeNotSatisfiable: when it begins beyond the end.
    """
    asked = request.headers.get("range")
    headers = {"ETag": ready.etag, "Repr-Digest": content_digest(ready.sha256)}
    if asked is None or not _is_one_range(asked, ready.size):
        _forget_range(request)
        headers["Content-Digest"] = headers["Repr-Digest"]
    gone = BackgroundTask(ready.discard)
    return _File(ready.path, 200, headers, "application/zip", gone, name)


def _is_one_range(asked: str, size: int) -> bool:
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return False
    first, last, suffix = found.groups()
    if (first and int(first) >= size) or (suffix and int(suffix) == 0):
        raise RangeNotSatisfiable.of(ascii(asked[:80]), size)
    return not (first and last and int(last) < int(first))


def _forget_range(request: Request) -> None:
    request.scope["headers"] = [h for h in request.scope["headers"] if h[0] != b"range"]
