"""Logs to be audited: in a folder, or behind an address, as C2SP's tlog-tiles has them.

No token is sent but one that is named for this log: an address may be anybody's. Not here: what is
checked (``application.auditing``).
"""

import os
import stat
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from application.auditing import LogSource
from domain.errors import InvalidInput, UnreadableFile
from domain.transparency.checkpoint import MAX_BYTES
from domain.transparency.tiles import Tile
from interface.cli.credentials import read_token
from interface.client.exchange import Request
from interface.client.transport import HttpTransport

_SECONDS: Final = 30.0
_GONE: Final = {404, 410}
_EXPECTED: Final = "a checkpoint and tiles, as tlog-tiles has them"


@contextmanager
def open_log(place: str, token_file: str | None) -> Generator[LogSource]:
    """The log at this place.

    Raises:
        InvalidInput: when it is an address, and none that can be asked.
    """
    scheme, colon, _ = place.partition("://")
    if not colon or os.path.lexists(place):
        yield _FolderLog(Path(place))
        return
    if scheme.lower() not in {"http", "https"}:
        raise InvalidInput("DIR|URL", "a folder, or an http or https address", ascii(place)[:200])
    token = read_token(token_file) if token_file else ""
    with closing(HttpTransport(place, token, _SECONDS)) as transport:
        yield _ServedLog(place, transport)


class _FolderLog:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checkpoint(self) -> bytes:
        data = self._read("checkpoint")
        if data is None:
            raise UnreadableFile(str(self._folder), _EXPECTED, "no file checkpoint")
        return data

    def tile(self, tile: Tile) -> bytes | None:
        return self._read(tile.path)

    def _read(self, name: str) -> bytes | None:
        path = self._folder / name
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # a pipe would wait, a device never end
                raise UnreadableFile(str(path), "a file", "something else")
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if len(data) > MAX_BYTES:
            raise UnreadableFile(str(path), f"at most {MAX_BYTES} bytes", "more")
        return data


class _ServedLog:
    def __init__(self, url: str, transport: HttpTransport) -> None:
        self._url, self._transport = url, transport

    def checkpoint(self) -> bytes:
        data = self._get("checkpoint")
        if data is None:
            raise UnreadableFile(self._url, _EXPECTED, "no checkpoint")
        return data

    def tile(self, tile: Tile) -> bytes | None:
        return self._get(tile.path)

    def _get(self, path: str) -> bytes | None:
        answer = self._transport.send(Request("GET", path))
        if answer.status in _GONE:
            return None
        if not answer.is_good:
            raise UnreadableFile(f"{self._url}/{path}", _EXPECTED, f"HTTP {answer.status}")
        return answer.body
