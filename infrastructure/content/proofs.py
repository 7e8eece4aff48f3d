"""Proof members, kept so that a bundle can leave again unchanged.

``<folder>/<digest>/`` holds them under the names that they have in ``proof/``. Not here:
what they prove.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from domain.bundle.layout import NOTE, ORDER, PROOF
from infrastructure.content.durable import write_durably

_NAMES: Final = [name for name in ORDER if name.startswith(PROOF)]


class FileProofs:
    """``application.bundle_ports.Proofs`` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, digest: str, members: Mapping[str, bytes]) -> None:
        """Keep them durably; what is there already stays, and is not mixed with another's."""
        if self.get(digest).get(NOTE, members.get(NOTE)) != members.get(NOTE):
            return
        missing = [name for name in members if not self._path(digest, name).exists()]
        self.replace(digest, {name: members[name] for name in missing})

    def replace(self, digest: str, members: Mapping[str, bytes]) -> None:
        """Keep them durably, each in the place of the one of its name, if there is one."""
        for name in sorted(members, key=lambda name: name != NOTE):  # by which others are known
            write_durably(self._path(digest, name), members[name])

    def get(self, digest: str) -> Mapping[str, bytes]:
        """What was kept for this digest, by member name, in the format's order."""
        paths = {name: self._path(digest, name) for name in _NAMES}
        return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}

    def _path(self, digest: str, name: str) -> Path:
        return self._folder / digest / PurePosixPath(name).name
