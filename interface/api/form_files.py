"""The files of forms, kept in a folder that goes with its request: an upload, or log files.

Names are looked at before anything is written. Not here: how a form is read (``forms``), and what
is in the files.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.errors import InvalidInput
from interface.api.forms import Part, Sink
from interface.file_names import check_name

MOST_PARTS: Final = 500
"""Of a form with log files: a reader may have as many files open at once."""

MOST_TEXT: Final = 2**16
"""Bytes of a mapping that is no file."""

_LONGEST_NAME: Final = 200
"""Bytes of a file's name that are kept; no disk takes more than 255."""


class OneFile:
    """Takes the one file of a form; fields beside it are of no interest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The file, under its name.

        Raises:
            InvalidInput: when there is none.
        """
        if self._path is None:
            raise InvalidInput("form", "a file", "none")
        return self._path

    def begin(self, part: Part) -> Sink:
        """Open the file for its bytes."""
        if part.file is None:
            return _Nowhere()
        if self._path:
            raise InvalidInput("form", "a multipart form with one file", "several")
        self._path = self._folder / plain_name(part.file)
        return self._path.open("xb")


class LogFiles:
    """Takes log files that belong together, with the mapping that explains their columns.

    Fields are ``file``, again for each file, and ``map``, each a text or a file.
    """

    def __init__(self, folder: Path) -> None:
        self._files, self._mappings = folder / "files", folder / "mappings"
        self._first = ""
        self._maps: list[Path | _Text] = []
        self._parts = 0

    @property
    def path(self) -> Path:
        """The first file, or the folder that it is in together with all others.

        Raises:
            InvalidInput: when there is no file.
        """
        if not self._first:
            raise InvalidInput("form", "a file", "none")
        return self._files / self._first.partition("/")[0]

    @property
    def maps(self) -> Sequence[str | Path]:
        """The mapping, in the order in which it was said: texts, and files that were sent."""
        return [each if isinstance(each, Path) else each.text() for each in self._maps]

    def begin(self, part: Part) -> Sink:
        """Open a file, or take a text."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise InvalidInput("form", f"at most {MOST_PARTS} files and fields", "more")
        if part.field == "map":
            return self._mapping(part.file)
        if part.field == "file" and part.file is not None:
            return self._file(part.file)
        found = ascii(part.field[:80])
        raise InvalidInput("form", "files as file, and mappings as map", found)

    def _file(self, name: str) -> Sink:
        check_name(name, "form, file")
        self._first = self._first or name
        if name.rpartition("/")[0] != self._first.rpartition("/")[0]:
            expected, found = f"a file beside {self._first}", "one of another folder"
            raise InvalidInput(f"form, file {name}", expected, found)
        return _opened(self._files / name)

    def _mapping(self, name: str | None) -> Sink:
        if name is None:
            text = _Text()
            self._maps.append(text)
            return text
        path = self._mappings / str(len(self._maps)) / plain_name(name)
        self._maps.append(path)
        return _opened(path)


class _Text:
    """Takes a short text."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> None:
        """Take more of it."""
        self._data += data
        if len(self._data) > MOST_TEXT:
            raise InvalidInput("form, map", f"at most {MOST_TEXT} bytes, or a file", "more")

    def close(self) -> None:
        """It is whole."""

    def text(self) -> str:
        """The text."""
        try:
            return self._data.decode()
        except UnicodeDecodeError:
            raise InvalidInput("form, map", "UTF-8", "other bytes") from None


class _Nowhere:
    """Takes what nobody wants."""

    def write(self, data: bytes) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing is to be done."""


def plain_name(stated: str) -> str:
    """The last part of a name that somebody gave a file, of characters that any disk takes."""
    last = re.split(r"[/\\]", stated)[-1].strip(". ")
    plain = "".join(char if char.isprintable() else "_" for char in last)
    return plain.encode()[-_LONGEST_NAME:].decode(errors="ignore") or "upload.eval752.zip"


def _opened(path: Path) -> Sink:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return path.open("xb")
    except FileExistsError:  # also where a disk tells no capitals apart
        expected, found = "each name once", "another file of this name"
        raise InvalidInput(f"form, file {path.name}", expected, found) from None
