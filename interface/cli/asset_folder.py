"""A folder of files that actions refer to as ``assets/<path>``: kept in the archive when met.

Not here: where such strings stand (``application.asset_links``).
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from application.asset_links import Link
from domain.errors import InvalidInput, UnreadableFile

_EXT: Final = re.compile(r"[a-z0-9]{1,8}", re.ASCII)


class AssetFolder:
    """Files below one folder, by their path in it.

    Raises:
        UnreadableFile: when there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise UnreadableFile(str(folder), "a folder of assets", "none")
        self._folder = folder.resolve()
        self._names: dict[Path, str] = {}

    def linked(self, keep: Callable[[Path, str], str]) -> Link:
        """What looks a path up: the asset's name, once ``keep`` has it, or None where it is none.

        It raises ``InvalidInput`` for a path that leads out of the folder.
        """

        def link(path: str) -> str | None:
            file = self._find(path)
            if file is None:
                return None
            if file not in self._names:
                ext = file.suffix[1:].lower()
                self._names[file] = keep(file, ext if _EXT.fullmatch(ext) else "bin")
            return self._names[file]

        return link

    def _find(self, path: str) -> Path | None:
        try:
            file = (self._folder / path).resolve()
            is_file = file.is_file()
        except (OSError, ValueError):  # too long, or with a NUL: a text and no path
            return None
        if is_file and not file.is_relative_to(self._folder):
            raise InvalidInput(f"assets/{path}", f"a path inside {self._folder}", str(file))
        return file if is_file else None
