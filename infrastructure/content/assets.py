"""Assets as files: ``<2 hex>/<sha256>.<ext>`` below one folder (`application.ports.Assets`).

One process writes at a time (``infrastructure.lock``). Not here: which parts refer to an asset,
and whether its bytes still have the digest that names them: whoever reads them checks that.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from io import FileIO
from itertools import chain
from pathlib import Path
from secrets import token_hex

from domain.errors import ArchiveDamaged, InvalidInput, NotFound, shown
from domain.syntax import is_asset_name
from infrastructure.content.durable import UNFINISHED, write_durably
from infrastructure.files import make_folder, sync_folder, writing

CHUNK = 2**20

_INCOMING = "incoming"
_DOOMED = "doomed"

_is_ext = re.compile(r"[a-z0-9]{1,8}", re.ASCII).fullmatch


class FileAssets:
    """Keeps each asset once under its name; what :meth:`put` returned survives a crash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / _INCOMING

    def put(self, chunks: Iterable[bytes], ext: str) -> str:
        """Keep these bytes durably and return their name.

        Raises:
            InvalidInput: when ``ext`` is not 1 to 8 of a-z and 0-9.
            StorageFull: when they do not fit; nothing of them is left.
        """
        if not _is_ext(ext):
            raise InvalidInput("asset", "an extension of 1 to 8 of a-z and 0-9", shown(ext))
        path = self._incoming / token_hex(8)
        with writing(path):
            make_folder(self._incoming)
        try:
            name = f"{_write(path, chunks)}.{ext}"
            self._move_in(path, name)
        finally:
            path.unlink(missing_ok=True)
        return name

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes, in chunks of at most 1 MiB.

        Raises:
            NotFound: when they are not here.
            ArchiveDamaged: when they cannot be read.
        """
        return _read(self._found(name))

    def size(self, name: str) -> int:
        """Their number.

        Raises:
            NotFound: when they are not here.
        """
        return self._found(name).stat().st_size

    def holds(self, name: str) -> bool:
        """Whether they are here."""
        return self._path(name).is_file()

    def delete(self, name: str) -> None:
        """Forget them; it is no error when they are not here."""
        path = self._path(name)
        with writing(path):
            if path.is_file():
                path.unlink()
                sync_folder(path.parent)

    def doom(self, names: Sequence[str]) -> None:
        """Note durably which ones will be deleted next, in the place of those noted before.

        Raises:
            StorageFull: when the note does not fit; the one before is unchanged.
        """
        write_durably(self._folder / _DOOMED, "".join(f"{name}\n" for name in names).encode())

    def doomed(self) -> Sequence[str]:
        """Those that were noted last."""
        path = self._folder / _DOOMED
        return path.read_text("ascii").split() if path.is_file() else ()

    def sweep(self) -> None:
        """Delete what a crash left half-written; to be called while nothing is being put."""
        with writing(self._folder):
            for path in chain(self._incoming.glob("*"), self._folder.glob(f"{UNFINISHED}*")):
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not is_asset_name(name):
            raise InvalidInput("asset", "a name <sha256>.<ext>", shown(name[:80]))
        return self._folder / name[:2] / name

    def _found(self, name: str) -> Path:
        path = self._path(name)
        if not path.is_file():
            raise NotFound("assets", name, "none", "It was erased, or never came with its part.")
        return path

    def _move_in(self, path: Path, name: str) -> None:
        """Replace what may stand there under this name: it can only be the same, or rotten."""
        target = self._path(name)
        with writing(target):
            make_folder(target.parent)
            path.replace(target)
            sync_folder(target.parent)


def _write(path: Path, chunks: Iterable[bytes]) -> str:
    """Write a new file and return its SHA-256; what ``chunks`` raises is the caller's."""
    digest = sha256()
    with writing(path):
        file = path.open("xb", buffering=0)
    with file:
        for chunk in chunks:
            digest.update(chunk)
            with writing(path):
                _write_all(file, chunk)
        with writing(path):
            os.fsync(file.fileno())
    return digest.hexdigest()


def _write_all(file: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _read(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        remedy = "Restore the folder from a backup, or import the bundles again."
        raise ArchiveDamaged(str(path), "a readable asset", str(error), remedy) from error
