"""Assets that wait beside a spool: a file each, until the service has taken what names them.

So they are there for whoever sends the spool. Not here: when they are sent (``sending``).
"""

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from infrastructure.files import make_folder, sync_folder, writing

_NAMED: Final = re.compile(rb'"assets/([0-9a-f]{64}\.[0-9a-z]{1,8})"')
_PART: Final = ".part"


class SpoolAssets:
    """The assets of one spool, in a folder of their own; ``size`` are the bytes of all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.size = sum(path.stat().st_size for path in folder.glob("*"))

    def keep(self, data: bytes, ext: str) -> str:
        """Keep an asset, durably, and return its name.

        Raises:
            StorageFull: when the disk takes no more.
        """
        name = f"{sha256(data).hexdigest()}.{ext}"
        path = self._folder / name
        if not path.exists():
            with writing(path):
                make_folder(self._folder, 0o700)
                _write(path, data)
            self.size += len(data)
        return name

    def named_in(self, lines: Iterable[bytes]) -> Sequence[Path]:
        """Those of them that lines of actions name."""
        if not self.size:
            return []
        names = {found.decode() for line in lines for found in _NAMED.findall(line)}
        return [path for name in sorted(names) if (path := self._folder / name).exists()]

    def drop(self, paths: Iterable[Path]) -> None:
        """Remove these: the service has them, and the stream names them."""
        for path in paths:
            self.size -= path.stat().st_size
            path.unlink()

    def remove(self) -> None:
        """Remove all, and their folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    part = path.with_suffix(_PART)
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)
